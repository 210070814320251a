//! `nat`: a small command line whose every command is reported in one event.
//!
//! What commands print goes to standard output, what is said about telemetry to standard error.

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
    agent_toolkit::{Ending, Invocation, command_path, is_configure_telemetry, prompt, settings},
    destination::{Destination, patient, timeout},
};
use telemetry_runtime::env::process_env;

use self::interrupt::Events;

fn main() -> ExitCode {
    let mut events = Events::listen();
    let args: Vec<OsString> = env::args_os().collect();
    let tree = commands::tree();
    let parsed = tree.clone().try_get_matches_from(&args);
    // A command line with a mistake in it still has a command.
    let known = parsed
        .as_ref()
        .ok()
        .cloned()
        .or_else(|| as_far_as_known(&tree, &args));
    let path = known.as_ref().map(|known| command_path(&tree, known));
    let path = path.unwrap_or_default();
    let typed = known.as_ref().and_then(|known| known.get_one("endpoint"));

    let destination = match Destination::choose(
        typed.map(String::as_str),
        "NAT_TELEMETRY_ENDPOINT",
        process_env,
    ) {
        Ok(destination) => destination,
        Err(error) => return fail(&error),
    };
    let decides = is_configure_telemetry(&path);
    let wait = known.as_ref().and_then(|known| known.get_one("wait"));
    let mut builder = patient(destination.apply(settings(process_env)), wait);
    // Who is about to decide, or mistyped, is not asked first.
    if parsed.is_ok() && !decides {
        builder = builder.ask_consent(&prompt(), &mut events);
    }
    let mut invocation = Invocation::start(builder, &path);
    invocation.leave = timeout(wait);
    let client = invocation.telemetry.client();
    let ending = match parsed {
        Ok(matches) => {
            let client = client.clone();
            events.run(move || commands::run(&matches, &client))
        }
        Err(error) => {
            let _ = error.print();
            Ending::from(&error)
        }
    };
    if ending == Ending::Interrupted {
        let _ = writeln!(io::stderr(), "\nAborted!");
    }
    let code = invocation.end(ending);
    // A command about telemetry has said itself what holds from now on.
    if client.is_on() || !decides {
        destination.show(&client);
    }
    // As the system cuts it: -1 is 255.
    ExitCode::from((code & 0xff).try_into().unwrap_or(1))
}

/// What can be read of a command line that is not taken.
fn as_far_as_known(tree: &Command, args: &[OsString]) -> Option<ArgMatches> {
    let lenient = tree.clone().ignore_errors(true);
    let lenient = lenient.disable_help_flag(true).disable_version_flag(true);
    lenient.try_get_matches_from(args).ok()
}

fn fail(error: &io::Error) -> ExitCode {
    let _ = writeln!(io::stderr(), "nat: {error}");
    ExitCode::FAILURE
}
