//! `anonymizer run|preview --source FILE`: removes e-mail addresses and numbers from records, and
//! records one event about the run.
//!
//! Records go to standard output, the telemetry report to standard error.

mod patterns;

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde_json::{Value, json};
use telemetry_examples::{
    anonymizer::{ANONYMIZER, DeploymentType, Run, Settings, Strategy, Task},
    arguments::{
        destination, endpoint, exit_timeout, option, parse, text, view, wait, with_request_timeout,
    },
    destination::Destination,
    input,
    nemo::Deployment,
};
use telemetry_runtime::Client;

/// Number of records of a preview.
const PREVIEW: usize = 3;

fn main() -> ExitCode {
    let matches = match parse(command()) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    let (task, matches) = match matches.subcommand() {
        Some(("preview", matches)) => (Task::Preview, matches),
        Some((_, matches)) => (Task::Batch, matches),
        None => return ExitCode::FAILURE,
    };
    let lookup = |name: &str| env::var_os(name);
    let result = Destination::resolve(destination(matches), "NEMO_TELEMETRY_ENDPOINT", lookup)
        .map_err(|error| error.to_string())
        .and_then(|destination| anonymize(task, matches, &destination));
    match result {
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
        option(
            "source",
            "FILE",
            "JSON lines with a `text` field, or plain lines",
        )
        .value_parser(value_parser!(PathBuf))
        .required(true),
        option("config", "FILE", "Configuration file, a JSON object")
            .value_parser(value_parser!(PathBuf)),
        option("strategy", "NAME", "Treatment of entities").value_parser(names),
        option("data-summary", "TEXT", "Summary of the records"),
        Arg::new("no-emit-telemetry")
            .long("no-emit-telemetry")
            .action(ArgAction::SetTrue)
            .help("Do not send an event about this run"),
        endpoint(),
        view(),
        wait(),
    ];
    Command::new("anonymizer")
        .about("Removes e-mail addresses and numbers from records")
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

/// Runs the anonymizer with its telemetry.
fn anonymize(task: Task, matches: &ArgMatches, destination: &Destination) -> Result<(), String> {
    let settings = settings(matches)?;
    // A platform that starts this program sets the variable.
    let deployment = env::var_os("NEMO_DEPLOYMENT_TYPE").unwrap_or_else(|| "cli".into());
    let wait = matches.get_one("wait");
    let mut run = Run::start(
        with_request_timeout(destination.configure(Client::builder(&ANONYMIZER)), wait),
        task,
        &settings,
        DeploymentType::from_env(Some(deployment)),
    );
    run.exit_timeout = exit_timeout(wait);
    let client = run.telemetry.client();
    let result = process(run, task, matches, &settings);
    destination.print_report(&client);
    result
}

/// Processes the records. An early return drops `run`, which reports an error.
fn process(run: Run, task: Task, matches: &ArgMatches, settings: &Settings) -> Result<(), String> {
    let text = matches
        .get_one("source")
        .map_or(Ok(String::new()), |path: &PathBuf| read(path))?;
    let lines = input::lines(&text).filter(|line| !line.trim().is_empty());
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
    if let Some(strategy) = given("strategy").and_then(Strategy::from_name) {
        settings.strategy = strategy;
    }
    settings.data_summary |= given("data-summary").is_some_and(|text| !text.is_empty());
    settings.emit_telemetry &= !matches.get_flag("no-emit-telemetry");
    Ok(settings)
}

fn read(file: &Path) -> Result<String, String> {
    input::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// A line of the source.
struct Record {
    text: String,
    /// The JSON object that contains the text.
    object: Option<Value>,
}

impl Record {
    /// `None` if the line starts with `{` but is not a JSON object with the key `text`.
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

    /// The line with its text replaced.
    fn with(&self, text: String) -> String {
        match &self.object {
            None => text,
            Some(object) => {
                let mut object = object.clone();
                if let Some(field) = object.get_mut("text") {
                    *field = json!(text);
                }
                object.to_string()
            }
        }
    }
}
