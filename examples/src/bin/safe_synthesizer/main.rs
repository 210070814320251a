//! `safe_synthesizer FILE...`: generates a synthetic table from each CSV file, and records one event
//! for each job.
//!
//! Tables go to standard output, the telemetry report to standard error.

mod table;

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use telemetry_examples::{
    arguments::{destination, endpoint, option, parse, text, view},
    destination::Destination,
    input,
    nemo::Deployment,
    safe_synthesizer::{DeploymentType, Job, Jobs, SAFE_SYNTHESIZER, Tasks},
};
use telemetry_runtime::Client;
use tokio::runtime;

use self::table::Table;

fn main() -> ExitCode {
    let matches = match parse(command()) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    match synthesize(&matches) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "safe_synthesizer: {error}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    Command::new("safe_synthesizer")
        .about("Generates a synthetic table from each CSV file")
        .arg_required_else_help(true)
        .arg(
            Arg::new("files")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .num_args(1..)
                .required(true)
                .help("CSV files with a header; each is one job"),
        )
        .arg(
            option(
                "records",
                "NUMBER",
                "Number of records to generate for each file",
            )
            .value_parser(value_parser!(u32).range(..=1_000_000))
            .default_value("3"),
        )
        .arg(option(
            "model",
            "NAME",
            "Repository id or path of a pretrained model",
        ))
        .arg(
            option(
                "mode",
                "MODE",
                "Send events while jobs run, or together at the end",
            )
            .value_parser(["background", "fire-and-flush"])
            .default_value("background"),
        )
        .arg(
            option(
                "emit-telemetry",
                "BOOL",
                "False turns telemetry off for this run",
            )
            .value_parser(value_parser!(bool))
            .default_value("true"),
        )
        .arg(
            Arg::new("async")
                .long("async")
                .action(ArgAction::SetTrue)
                .help("Shut down in async code"),
        )
        .arg(endpoint())
        .arg(view())
}

/// Runs all jobs and returns the number of failed jobs.
fn synthesize(matches: &ArgMatches) -> io::Result<usize> {
    let given = |name: &str| text(matches, name);
    let lookup = |name: &str| env::var_os(name);
    let destination =
        Destination::resolve(destination(matches), "NEMO_TELEMETRY_ENDPOINT", lookup)?;
    // A platform that starts this program sets the variable.
    let deployment = env::var_os("NEMO_DEPLOYMENT_TYPE").unwrap_or_else(|| "cli".into());
    let deployment = DeploymentType::from_env(Some(deployment));
    let builder = destination.configure(Client::builder(&SAFE_SYNTHESIZER));
    // The value `true` does not overrule a refusal of the user.
    let builder = match matches.get_flag("emit-telemetry") {
        true => builder,
        false => builder.disabled(),
    };
    let jobs = match given("mode") {
        Some("fire-and-flush") => Jobs::fire_and_flush(builder, deployment),
        _ => Jobs::background(builder, deployment),
    };
    let client = jobs.telemetry.client();
    let mut failed = 0;
    for file in matches.get_many::<PathBuf>("files").into_iter().flatten() {
        if let Err(message) = run_job(jobs.start(Tasks::get("run")), file, matches) {
            failed += 1;
            let _ = writeln!(
                io::stderr(),
                "safe_synthesizer: {}: {message}",
                file.display()
            );
        }
    }
    let _ = if matches.get_flag("async") {
        let runtime = runtime::Builder::new_current_thread().build()?;
        runtime.block_on(jobs.stop_async())
    } else {
        jobs.stop()
    };
    destination.print_report(&client);
    Ok(failed)
}

/// Runs one job. An early return drops `job`, which reports an error.
fn run_job(mut job: Job, file: &Path, matches: &ArgMatches) -> Result<(), String> {
    job.model(text(matches, "model"));
    let text = input::read(file)?;
    let table = Table::read(&text)?;
    job.input(table.records.len(), table.header.len());
    let count = matches.get_one::<u32>("records").copied();
    let count = count.and_then(|count| count.try_into().ok());
    let synthetic = table.synthesize(count.unwrap_or_default(), 0);
    let mut out = io::stdout().lock();
    out.write_all(synthetic.to_csv().as_bytes())
        .map_err(|error| error.to_string())?;
    let event = &mut job.event;
    event.num_records_generated = synthetic.records.len().try_into().unwrap_or(-1);
    event.data_privacy_score = synthetic.novelty(&table);
    job.completed();
    Ok(())
}
