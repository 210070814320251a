//! `openshell SCRIPT`: performs the operations of a script in a small gateway, and records their events
//! and a summary of network activities.
//!
//! Results go to standard output, the telemetry report to standard error.

mod gateway;
mod script;

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Arg, ArgMatches, Command, value_parser};
use telemetry_examples::{
    arguments::{destination, endpoint, option, parse, text, view},
    destination::Destination,
    input,
    nemo::{JOB_EXIT_TIMEOUT, finish},
    openshell::{ACTIVITY_INTERVAL, ENABLE_VARIABLE, OPENSHELL, value_for_sandboxes},
};
use telemetry_runtime::Client;

use self::{gateway::Gateway, script::Line};

fn main() -> ExitCode {
    let matches = match parse(command()) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    match run(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "openshell: {error}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    Command::new("openshell")
        .about("Performs the operations of a script in a small gateway")
        .after_help("See examples/data/openshell.txt for the operations.")
        .arg_required_else_help(true)
        .arg(
            Arg::new("script")
                .value_name("SCRIPT")
                .value_parser(value_parser!(PathBuf))
                .required(true)
                .help("Text file with one operation in each line"),
        )
        .arg(option("driver", "NAME", "Driver that runs the sandboxes").default_value("docker"))
        .arg(endpoint())
        .arg(view())
}

fn run(matches: &ArgMatches) -> Result<(), String> {
    let script = matches.get_one::<PathBuf>("script");
    let script = input::read(script.map_or(Path::new(""), PathBuf::as_path))?;
    let lookup = |name: &str| env::var_os(name);
    let variable = "OPENSHELL_TELEMETRY_ENDPOINT";
    let destination = Destination::resolve(destination(matches), variable, lookup);
    let destination = destination.map_err(|error| error.to_string())?;
    let telemetry = destination.configure(Client::builder(&OPENSHELL)).build();
    let activity = telemetry.summary(ACTIVITY_INTERVAL);
    let driver = text(matches, "driver").unwrap_or_default();
    let mut gateway = Gateway::new(telemetry.client(), activity, driver);
    let result = perform(&mut gateway, &script, value_for_sandboxes(&telemetry));
    let _ = finish(&telemetry, JOB_EXIT_TIMEOUT);
    destination.print_report(&telemetry);
    result
}

/// Performs all lines and prints their results.
fn perform(gateway: &mut Gateway, script: &str, enabled: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    let mut print = |line: &str| writeln!(out, "{line}").map_err(|error| error.to_string());
    print(&format!("sandboxes start with {ENABLE_VARIABLE}={enabled}"))?;
    for line in input::lines(script).filter_map(Line::parse) {
        match gateway.perform(&line?) {
            Ok(done) => print(&done)?,
            Err(reason) => print(&format!("failed: {reason}"))?,
        }
    }
    Ok(())
}
