//! `guardrails CONFIG`: reports the usage of a loaded configuration of Guardrails, as a process
//! that runs it does.
//!
//! For a file that does not hold a loaded configuration the program prints the reason, sends no
//! event and ends with 0: telemetry never makes a host fail.

use std::{
    error::Error,
    io::{self, Read, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use telemetry_examples::{
    arguments::{endpoint, option, text},
    destination::Destination,
    guardrails::{
        GuardrailsUsageEvent, UsageReporter,
        config::{RailsConfig, Usage},
    },
    nemo::{STOP, finish},
};
use telemetry_runtime::env::process_env;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let variable = "NEMO_GUARDRAILS_USAGE_STATS_SERVER";
    match Destination::choose(text(&matches, "endpoint"), variable, process_env) {
        Ok(destination) => {
            report(&matches, &destination);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("no collector could be started: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    Command::new("guardrails")
        .about("Reports the usage of a loaded configuration of Guardrails")
        .after_help("examples/README.md shows the Python statement that writes CONFIG.")
        .arg(
            Arg::new("config")
                .value_name("CONFIG")
                .value_parser(value_parser!(PathBuf))
                .help(
                    "JSON file with a loaded configuration [default: none; the system is reported]",
                ),
        )
        .args([
            option("deployment-type", "TYPE", "library, api, cli, sdk or nmp").default_value("cli"),
            option(
                "rails-engine",
                "ENGINE",
                "Class of the engine that was built",
            )
            .value_parser(["LLMRails", "IORails", "undefined", ""])
            .default_value("LLMRails"),
            option("guardrails-version", "VERSION", "What runs").default_value("unknown"),
            option("python-version", "VERSION", "What runs it").default_value("unknown"),
            endpoint(),
            Arg::new("stay")
                .long("stay")
                .action(ArgAction::SetTrue)
                .help("Run, with heartbeats, until standard input ends"),
        ])
}

/// The calls of a host: a reporter for the life of the process, a report for each engine.
fn report(matches: &ArgMatches, destination: &Destination) {
    let given = |name| text(matches, name).unwrap_or_default().to_owned();
    let host = GuardrailsUsageEvent::builder()
        .nemoguardrails_version(given("guardrails-version"))
        .python_version(given("python-version"))
        .build();
    let reporter = UsageReporter::new(host, process_env, |client| destination.apply(client));
    let client = reporter.client().clone();
    let config = matches.get_one::<PathBuf>("config");
    let config = config.map(|path| RailsConfig::read(path));
    match config.transpose() {
        Ok(config) => reporter.report_usage(
            config.as_ref().map(Usage::from_config).as_ref(),
            &given("deployment-type"),
            &given("rails-engine"),
        ),
        Err(error) => say(&format!("no report: {}", with_source(&error))),
    }
    if matches.get_flag("stay") {
        let _ = io::stdin().read_to_end(&mut Vec::new());
    }
    // The user waits for it here; a host leaves it to the drop of the reporter.
    let _ = finish(&client, STOP);
    destination.show(&client);
}

/// The error and its cause.
fn with_source(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn say(what: &str) {
    let _ = writeln!(io::stderr(), "guardrails: {what}");
}
