//! `guardrails CONFIG`: reports how a configuration of Guardrails is used, as a process that runs
//! it does.
//!
//! A configuration that Guardrails refuses is said, reported by nothing, and no failure: whether
//! there is a report is no concern of the host.

use std::{
    error::Error,
    io::{self, Read, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use telemetry_examples::{
    destination::Destination,
    guardrails::{GuardrailsUsageEvent, UsageReporter, config::Usage},
    nemo::{STOP, finish},
};
use telemetry_runtime::process_environment;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let variable = "NEMO_GUARDRAILS_USAGE_STATS_SERVER";
    match Destination::choose(text(&matches, "endpoint"), variable, process_environment) {
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
        .about("Reports how a configuration of Guardrails is used")
        .arg(
            Arg::new("config")
                .value_name("CONFIG")
                .value_parser(value_parser!(PathBuf))
                .help("Folder or YAML file [default: none, and then only the system is reported]"),
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
            option(
                "endpoint",
                "URL",
                "Where events go [default: a collector in this process]",
            ),
            Arg::new("stay")
                .long("stay")
                .action(ArgAction::SetTrue)
                .help("Run, with heartbeats, until standard input ends"),
        ])
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn text<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
    matches.get_one::<String>(name).map(String::as_str)
}

/// What a host does: a reporter for the life of the process, a report for each engine.
fn report(matches: &ArgMatches, destination: &Destination) {
    let given = |name| text(matches, name).unwrap_or_default().to_owned();
    let host = GuardrailsUsageEvent::builder()
        .nemoguardrails_version(given("guardrails-version"))
        .python_version(given("python-version"))
        .build();
    let reporter = UsageReporter::new(host, process_environment, |client| {
        destination.apply(client)
    });
    let client = reporter.client().clone();
    let usage = matches.get_one::<PathBuf>("config");
    let usage = usage.map(|path| Usage::from_path(path));
    match usage.transpose() {
        Ok(usage) => reporter.report_usage(
            usage.as_ref(),
            &given("deployment-type"),
            &given("rails-engine"),
        ),
        Err(refused) => say(&format!("no report: {}", with_source(&refused))),
    }
    if matches.get_flag("stay") {
        let _ = io::stdin().read_to_end(&mut Vec::new());
    }
    // A person waits for it here; a host would leave it to the drop of the reporter.
    let _ = finish(&client, STOP);
    destination.show(&client);
}

/// What went wrong, and why where there is more to say.
fn with_source(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn say(what: &str) {
    let _ = writeln!(io::stderr(), "guardrails: {what}");
}
