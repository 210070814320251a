//! `guardrails CONFIG`: reports the usage of a loaded configuration of Guardrails.
//!
//! If the file does not contain a loaded configuration, the program prints the error, sends no event
//! and exits with 0: telemetry never makes a host fail.

use std::{
    error::Error,
    io::{self, Read, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use telemetry_examples::{
    arguments::{destination, endpoint, option, parse, text, view},
    destination::Destination,
    guardrails::{
        GuardrailsUsageEvent, UsageReporter,
        config::{RailsConfig, Usage},
    },
    nemo::{JOB_EXIT_TIMEOUT, finish},
};
use telemetry_runtime::env::process_env;

fn main() -> ExitCode {
    let matches = match parse(command()) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    let variable = "NEMO_GUARDRAILS_USAGE_STATS_SERVER";
    match Destination::resolve(destination(&matches), variable, process_env) {
        Ok(destination) => {
            report(&matches, &destination);
            ExitCode::SUCCESS
        }
        Err(error) => {
            print_error(&format!("cannot start the collector: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    Command::new("guardrails")
        .about("Reports the usage of a loaded configuration of Guardrails")
        .after_help("See examples/README.md for the Python statement that writes CONFIG.")
        .arg(
            Arg::new("config")
                .value_name("CONFIG")
                .value_parser(value_parser!(PathBuf))
                .help(
                    "JSON file with a loaded configuration [default: none; reports the system only]",
                ),
        )
        .args([
            option("deployment-type", "TYPE", "Deployment: library, api, cli, sdk or nmp").default_value("cli"),
            option(
                "rails-engine",
                "ENGINE",
                "Class of the rails engine",
            )
            .value_parser(["LLMRails", "IORails", "undefined", ""])
            .default_value("LLMRails"),
            option("guardrails-version", "VERSION", "Version of Guardrails").default_value("unknown"),
            option("python-version", "VERSION", "Version of Python").default_value("unknown"),
            endpoint(),
            view(),
            Arg::new("stay")
                .long("stay")
                .action(ArgAction::SetTrue)
                .help("Keep running, with heartbeats, until standard input ends"),
        ])
}

/// Creates one reporter for the process and reports one engine, as a host does.
fn report(matches: &ArgMatches, destination: &Destination) {
    let given = |name| text(matches, name).unwrap_or_default().to_owned();
    let host = GuardrailsUsageEvent::builder()
        .nemoguardrails_version(given("guardrails-version"))
        .python_version(given("python-version"))
        .build();
    let reporter = UsageReporter::new(host, process_env, |client| destination.configure(client));
    let client = reporter.client().clone();
    let config = matches.get_one::<PathBuf>("config");
    let config = config.map(|path| RailsConfig::read(path));
    match config.transpose() {
        Ok(config) => reporter.report_usage(
            config.as_ref().map(Usage::from_config).as_ref(),
            &given("deployment-type"),
            &given("rails-engine"),
        ),
        Err(error) => print_error(&format!("no report: {}", with_source(&error))),
    }
    if matches.get_flag("stay") {
        let _ = io::stdin().read_to_end(&mut Vec::new());
    }
    // A host can rely on the drop of the reporter; this program prints the result of delivery.
    let _ = finish(&client, JOB_EXIT_TIMEOUT);
    destination.print_report(&client);
}

/// The error and its cause.
fn with_source(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn print_error(message: &str) {
    let _ = writeln!(io::stderr(), "guardrails: {message}");
}
