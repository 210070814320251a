//! `nat`: a small command line that records one event for each command.
//!
//! Results go to standard output, the telemetry report to standard error.

mod commands;
mod interrupt;
mod workflow;

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
};

use clap::{ArgMatches, Command};
use telemetry_examples::{
    agent_toolkit::{
        ExitReason, Invocation, command_path, is_configure_telemetry, prompt, settings,
    },
    arguments::{destination, exit_timeout, with_request_timeout},
    destination::Destination,
};
use telemetry_runtime::{Label, env::process_env};

use self::interrupt::EventQueue;

fn main() -> ExitCode {
    let mut events = EventQueue::new();
    let args: Vec<OsString> = env::args_os().collect();
    let tree = commands::tree();
    let parsed = tree.clone().try_get_matches_from(&args);
    // An invalid command line can still name a command.
    let known = parsed
        .as_ref()
        .ok()
        .cloned()
        .or_else(|| parse_leniently(&tree, &args));
    let path = known.as_ref().map(|known| command_path(&tree, known));
    let path = path.unwrap_or_default();
    let destination = match Destination::resolve(
        known.as_ref().and_then(destination),
        "NAT_TELEMETRY_ENDPOINT",
        process_env,
    ) {
        Ok(destination) => destination,
        Err(error) => return fail(&error),
    };
    let sets_consent = is_configure_telemetry(&path);
    let wait = known.as_ref().and_then(|known| known.get_one("wait"));
    let mut builder = with_request_timeout(destination.configure(settings(process_env)), wait);
    // Commands that set consent and invalid command lines do not prompt.
    if parsed.is_ok() && !sets_consent {
        builder = builder.ask_consent(&prompt(), &mut events);
    }
    let mut invocation = Invocation::start(builder, &path);
    invocation.exit_timeout = exit_timeout(wait);
    let client = invocation.telemetry.client();
    let reason = match parsed {
        Ok(matches) => {
            let client = client.clone();
            events.run(move || commands::run(&matches, &client))
        }
        Err(error) => match error.print() {
            Ok(()) => ExitReason::from(&error),
            Err(cause) => unwritable(&error, &cause),
        },
    };
    if reason == ExitReason::Interrupted {
        let _ = writeln!(io::stderr(), "\nAborted!");
    }
    let code = invocation.end(reason);
    // A command that sets consent has already printed whether telemetry is on.
    if client.is_on() || !sets_consent {
        destination.print_report(&client);
    }
    // Exit codes have 8 bits: -1 becomes 255.
    ExitCode::from((code & 0xff).try_into().unwrap_or(1))
}

/// The end of a program that could not print its help or error.
fn unwritable(error: &clap::Error, cause: &io::Error) -> ExitReason {
    let _ = writeln!(
        io::stderr(),
        "nat: the output could not be written: {cause}"
    );
    match error.exit_code() {
        0 => ExitReason::error(Label("OSError")),
        _ => ExitReason::from(error),
    }
}

/// Parses an invalid command line as far as possible.
fn parse_leniently(tree: &Command, args: &[OsString]) -> Option<ArgMatches> {
    let lenient = tree.clone().ignore_errors(true);
    let lenient = lenient.disable_help_flag(true).disable_version_flag(true);
    lenient.try_get_matches_from(args).ok()
}

fn fail(error: &io::Error) -> ExitCode {
    let _ = writeln!(io::stderr(), "nat: {error}");
    ExitCode::FAILURE
}
