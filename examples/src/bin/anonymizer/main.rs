//! `anonymizer run|preview --source FILE`: takes addresses and numbers out of records, and reports
//! the run in one event.
//!
//! Records go to standard output, what is said about telemetry to standard error.

mod patterns;

use std::{
    env, fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde_json::{Value, json};
use telemetry_examples::{
    anonymizer::{ANONYMIZER, DeploymentType, Run, Settings, Strategy, Task},
    arguments::{endpoint, option, text, wait},
    destination::{Destination, patient, timeout},
    nemo::Deployment,
};
use telemetry_runtime::Client;

/// How many records a preview shows.
const PREVIEW: usize = 3;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let (task, matches) = match matches.subcommand() {
        Some(("preview", matches)) => (Task::Preview, matches),
        Some((_, matches)) => (Task::Batch, matches),
        None => return ExitCode::FAILURE,
    };
    let lookup = |name: &str| env::var_os(name);
    let ended = Destination::choose(text(matches, "endpoint"), "NEMO_TELEMETRY_ENDPOINT", lookup)
        .map_err(|error| error.to_string())
        .and_then(|destination| anonymize(task, matches, &destination));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "anonymizer: {message}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    let names = Strategy::ALL.map(|strategy| strategy.label().as_str());
    let args = [
        option("source", "FILE", "JSON lines with a `text`, or plain lines")
            .value_parser(value_parser!(PathBuf))
            .required(true),
        option("config", "FILE", "Configuration, a JSON object")
            .value_parser(value_parser!(PathBuf)),
        option("strategy", "NAME", "What becomes of an entity").value_parser(names),
        option("data-summary", "TEXT", "What the records are about"),
        Arg::new("no-emit-telemetry")
            .long("no-emit-telemetry")
            .action(ArgAction::SetTrue)
            .help("Send no event about this run"),
        endpoint(),
        wait(),
    ];
    Command::new("anonymizer")
        .about("Takes e-mail addresses and numbers out of records")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("run")
                .about("Anonymizes all records")
                .args(&args),
        )
        .subcommand(
            Command::new("preview")
                .about("Anonymizes the first three records")
                .args(&args),
        )
}

/// One run, with its telemetry around it.
fn anonymize(task: Task, matches: &ArgMatches, to: &Destination) -> Result<(), String> {
    let settings = settings(matches)?;
    // This is the command line, unless a platform that starts it says what it is.
    let deployment = env::var_os("NEMO_DEPLOYMENT_TYPE").unwrap_or_else(|| "cli".into());
    let wait = matches.get_one("wait");
    let mut run = Run::start(
        patient(to.apply(Client::builder(&ANONYMIZER)), wait),
        task,
        &settings,
        DeploymentType::from_environment(Some(deployment)),
    );
    run.leave = timeout(wait);
    let client = run.telemetry.client();
    let ended = work(run, task, matches, &settings);
    to.show(&client);
    ended
}

/// The work itself: whichever `?` ends it, the run is dropped and has failed.
fn work(run: Run, task: Task, matches: &ArgMatches, settings: &Settings) -> Result<(), String> {
    let text = matches.get_one("source").map_or(Ok(String::new()), read)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let limit = match task {
        Task::Preview => PREVIEW,
        _ => usize::MAX,
    };
    let (mut records, mut failed) = (Vec::new(), Vec::new());
    let mut out = io::stdout().lock();
    for line in lines.take(limit) {
        let Some(record) = Record::read(line) else {
            records.push(String::new());
            failed.push("entity-detection");
            continue;
        };
        let anonymized = patterns::anonymize(&record.text, settings.strategy).ok_or_else(|| {
            let name = settings.strategy.label();
            format!(
                "`{}` needs a language model, which this example does not have",
                name.as_str()
            )
        })?;
        writeln!(out, "{}", record.with(anonymized)).map_err(|error| error.to_string())?;
        records.push(record.text);
    }
    run.completed(&records, &failed);
    Ok(())
}

fn settings(matches: &ArgMatches) -> Result<Settings, String> {
    let given = |name: &str| text(matches, name);
    let mut settings = match matches.get_one::<PathBuf>("config") {
        Some(path) => Settings::from_json(&read(path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?,
        None => Settings::default(),
    };
    if let Some(strategy) = given("strategy").and_then(Strategy::named) {
        settings.strategy = strategy;
    }
    settings.data_summary |= given("data-summary").is_some_and(|text| !text.is_empty());
    settings.emit_telemetry &= !matches.get_flag("no-emit-telemetry");
    Ok(settings)
}

fn read(file: &PathBuf) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// A line of the source.
struct Record {
    text: String,
    /// The object that the text stands in.
    object: Option<Value>,
}

impl Record {
    /// `None` for a line that looks like JSON and has no text.
    fn read(line: &str) -> Option<Self> {
        if !line.trim_start().starts_with('{') {
            let text = line.to_owned();
            return Some(Self { text, object: None });
        }
        let object: Value = serde_json::from_str(line).ok()?;
        let text = object.get("text")?.as_str()?.to_owned();
        let object = Some(object);
        Some(Self { text, object })
    }

    /// The line with another text.
    fn with(&self, text: String) -> String {
        match &self.object {
            None => text,
            Some(object) => {
                let mut object = object.clone();
                if let Some(place) = object.get_mut("text") {
                    *place = json!(text);
                }
                object.to_string()
            }
        }
    }
}
