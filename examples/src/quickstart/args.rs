//! What the person typed.

use std::ffi::{OsStr, OsString};

pub(super) const HELP: &str = "\
Runs a command, records one event about it and shows the event arriving.

Usage: cargo run -p telemetry-examples --example quickstart -- [OPTIONS] [COMMAND [ARGUMENT]...]

COMMAND is `cargo --version` unless given. The event goes to a collector that the
quickstart starts on 127.0.0.1; no other host is ever contacted without --endpoint.

Options:
  --endpoint stdout     print the envelope as one JSON line (on standard error)
  --endpoint URL        send to URL; https unless the host is loopback
  --ignore-environment  show the event even where CI or DO_NOT_TRACK turn telemetry
                        off: with an empty environment, to the loopback collector only
  -h, --help            print this text

The exit code is COMMAND's own, 127 when it cannot be started: telemetry never changes
it, whatever becomes of the event. 2 means that the command line is wrong.
";

/// Where the event goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    /// The collector on loopback; with an empty environment where the person asked for that.
    Collector { ignore_environment: bool },
    /// `stdout` or a URL.
    Endpoint(String),
}

/// A command line that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Args {
    Help,
    Run(Run),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) destination: Destination,
    /// Empty for the default.
    pub(super) command: Vec<OsString>,
}

impl Args {
    pub(super) fn parse(args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut args = args.peekable();
        let mut typed = None;
        let mut ignore_environment = false;
        while let Some(arg) = args.next_if(|arg| arg.as_encoded_bytes().starts_with(b"-")) {
            match arg.to_str() {
                Some("--") => break,
                Some("-h" | "--help") => return Ok(Self::Help),
                Some("--ignore-environment") => ignore_environment = true,
                Some("--endpoint") => typed = Some(endpoint(args.next().as_deref())?),
                Some(text) if text.starts_with("--endpoint=") => {
                    let value = text.split_once('=').map(|(_, value)| OsStr::new(value));
                    typed = Some(endpoint(value)?);
                }
                _ => return Err(format!("unknown option {arg:?}")),
            }
        }
        let destination = match typed {
            None => Destination::Collector { ignore_environment },
            Some(endpoint) if !ignore_environment => Destination::Endpoint(endpoint),
            Some(_) => return Err(NOT_BOTH.to_owned()),
        };
        let command = args.collect();
        Ok(Self::Run(Run {
            destination,
            command,
        }))
    }
}

const NOT_BOTH: &str = "--ignore-environment is for the loopback collector: a refusal in the \
                        environment holds for every other endpoint";

fn endpoint(value: Option<&OsStr>) -> Result<String, String> {
    match value.and_then(OsStr::to_str) {
        None | Some("") => Err("--endpoint needs `stdout` or a URL".to_owned()),
        Some(endpoint) => Ok(endpoint.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLLECTOR: Destination = Destination::Collector {
        ignore_environment: false,
    };

    fn parse(args: &[&str]) -> Result<Args, String> {
        Args::parse(args.iter().map(OsString::from))
    }

    fn run(destination: Destination, command: &[&str]) -> Result<Args, String> {
        let command = command.iter().map(OsString::from).collect();
        Ok(Args::Run(Run {
            destination,
            command,
        }))
    }

    #[test]
    fn the_command_starts_at_the_first_word_that_is_no_option() {
        let url = || Destination::Endpoint("http://127.0.0.1:1/".to_owned());
        assert_eq!(parse(&[]), run(COLLECTOR, &[]));
        assert_eq!(
            parse(&["git", "--help"]),
            run(COLLECTOR, &["git", "--help"])
        );
        assert_eq!(
            parse(&["--endpoint", "http://127.0.0.1:1/", "--", "-x"]),
            run(url(), &["-x"])
        );
        assert_eq!(parse(&["--endpoint=http://127.0.0.1:1/"]), run(url(), &[]));
    }

    #[test]
    fn a_refusal_can_be_passed_over_on_loopback_only() {
        let ignoring = Destination::Collector {
            ignore_environment: true,
        };
        assert_eq!(parse(&["--ignore-environment"]), run(ignoring, &[]));
        assert!(parse(&["--ignore-environment", "--endpoint", "http://127.0.0.1:1/"]).is_err());
        assert!(parse(&["--endpoint", "stdout", "--ignore-environment"]).is_err());
    }

    #[test]
    fn unknown_names_are_errors() {
        assert!(parse(&["--endpiont", "stdout"]).is_err());
        assert!(parse(&["--endpoint"]).is_err());
        assert!(parse(&["--endpoint="]).is_err());
    }
}
