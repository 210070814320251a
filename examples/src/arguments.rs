//! Command-line arguments that several of the products' programs share.

use std::{
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use telemetry_runtime::{ClientBuilder, Policy};

use crate::{destination::VIEW, nemo::COMMAND_EXIT_TIMEOUT};

/// Parses the arguments of the process. Prints help and errors as clap does, and reports a stream that
/// cannot be written.
///
/// # Errors
///
/// The exit code if the program ends here: 0 after help, 1 if help could not be printed, 2 after an
/// error.
pub fn parse(command: Command) -> Result<ArgMatches, ExitCode> {
    command.try_get_matches().map_err(|error| {
        let printed = error.print();
        if let Err(error) = &printed {
            let _ = writeln!(io::stderr(), "the output could not be written: {error}");
        }
        let code = error.exit_code().try_into().unwrap_or(1);
        ExitCode::from(if printed.is_err() { code.max(1) } else { code })
    })
}

/// `--NAME VALUE`.
#[must_use]
pub fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// `--endpoint URL`, for [`Destination::resolve`](crate::destination::Destination::resolve).
#[must_use]
pub fn endpoint() -> Arg {
    option(
        "endpoint",
        "URL",
        "Send events to this URL [default: a collector in this process]",
    )
}

/// `--view`, for [`destination`].
#[must_use]
pub fn view() -> Arg {
    Arg::new("view")
        .long("view")
        .action(ArgAction::SetTrue)
        .conflicts_with("endpoint")
        .help("Show the events on a page of telemetry-tool, until Ctrl-C")
}

/// The value of `--endpoint`, or [`VIEW`] for `--view`: the option of
/// [`Destination::resolve`](crate::destination::Destination::resolve).
#[must_use]
pub fn destination(matches: &ArgMatches) -> Option<&str> {
    // A command line with errors can lack the default of the flag.
    match matches.get_one::<bool>("view") {
        Some(true) => Some(VIEW),
        _ => text(matches, "endpoint"),
    }
}

/// `--wait SECONDS`, for [`exit_timeout`] and [`with_request_timeout`].
#[must_use]
pub fn wait() -> Arg {
    option(
        "wait",
        "SECONDS",
        "Maximum time to wait for delivery at exit [default: 0.5]",
    )
    .value_parser(value_parser!(u64))
}

/// The text of an option that was given or has a default.
#[must_use]
pub fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}

/// Maximum time that a command waits for delivery at exit: the value of `--wait`, or
/// [`COMMAND_EXIT_TIMEOUT`].
#[must_use]
pub fn exit_timeout(seconds: Option<&u64>) -> Duration {
    seconds.map_or(COMMAND_EXIT_TIMEOUT, |seconds| {
        Duration::from_secs(*seconds)
    })
}

/// Sets the request timeout to the value of `--wait`, if it was given.
pub fn with_request_timeout(builder: ClientBuilder, seconds: Option<&u64>) -> ClientBuilder {
    let policy = |seconds: &u64| Policy::new().request_timeout(Duration::from_secs(*seconds));
    match seconds {
        Some(seconds) => builder.policy(policy(seconds)),
        None => builder,
    }
}
