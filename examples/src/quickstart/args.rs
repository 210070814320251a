//! Command-line arguments of the quickstart.

use std::ffi::{OsStr, OsString};

pub(super) const HELP: &str = "\
Runs a command, records one event about it, and shows the event that the collector
received.

Usage: cargo run -p telemetry-examples --example quickstart -- [OPTIONS] [COMMAND [ARGUMENT]...]

The default COMMAND is `cargo --version`. The event goes to a collector that the
quickstart starts on 127.0.0.1. It contacts no other host without --endpoint.

Options:
  --view                show the event on a page of telemetry-tool, until Ctrl-C
  --endpoint stdout     print the envelope as one JSON line (on standard error)
  --endpoint URL        send to URL; https unless the host is loopback
  --ignore-environment  send the event even if CI or DO_NOT_TRACK turns telemetry off:
                        the client gets an empty environment and the local collector
  -h, --help            print this text

The exit code is that of COMMAND, 127 if COMMAND cannot be started, 2 if the command line
is invalid, or 1 if the output cannot be written. Telemetry never changes it.
";

/// Destination of the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    /// The collector on loopback, optionally with an empty environment.
    Collector { ignore_environment: bool },
    /// A live view in another process, optionally with an empty environment.
    View { ignore_environment: bool },
    /// The value of `--endpoint`: `stdout` or a URL.
    Endpoint(String),
}

/// A valid command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Args {
    Help,
    Run(Run),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) destination: Destination,
    /// Empty for the default command.
    pub(super) command: Vec<OsString>,
}

impl Args {
    pub(super) fn parse(args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut args = args.peekable();
        let mut endpoint = None;
        let (mut ignore_environment, mut view) = (false, false);
        while let Some(arg) = args.next_if(|arg| arg.as_encoded_bytes().starts_with(b"-")) {
            match arg.to_str() {
                Some("--") => break,
                Some("-h" | "--help") => return Ok(Self::Help),
                Some("--ignore-environment") => ignore_environment = true,
                Some("--view") => view = true,
                Some("--endpoint") => endpoint = Some(parse_endpoint(args.next().as_deref())?),
                Some(text) if text.starts_with("--endpoint=") => {
                    let value = text.split_once('=').map(|(_, value)| OsStr::new(value));
                    endpoint = Some(parse_endpoint(value)?);
                }
                _ => return Err(format!("unknown option {arg:?}")),
            }
        }
        let destination = match endpoint {
            Some(_) if view => return Err("--view cannot be combined with --endpoint".to_owned()),
            None if view => Destination::View { ignore_environment },
            None => Destination::Collector { ignore_environment },
            Some(endpoint) if !ignore_environment => Destination::Endpoint(endpoint),
            Some(_) => return Err(CONFLICT.to_owned()),
        };
        let command = args.collect();
        Ok(Self::Run(Run {
            destination,
            command,
        }))
    }
}

const CONFLICT: &str = "--ignore-environment cannot be combined with --endpoint: an opt-out in the \
                        environment applies to every endpoint except the local collector";

fn parse_endpoint(value: Option<&OsStr>) -> Result<String, String> {
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
    fn the_command_starts_after_the_options() {
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
    fn an_opt_out_can_be_ignored_only_on_loopback() {
        let ignoring = Destination::Collector {
            ignore_environment: true,
        };
        assert_eq!(parse(&["--ignore-environment"]), run(ignoring, &[]));
        assert!(parse(&["--ignore-environment", "--endpoint", "http://127.0.0.1:1/"]).is_err());
        assert!(parse(&["--endpoint", "stdout", "--ignore-environment"]).is_err());
    }

    #[test]
    fn a_view_is_a_destination_of_its_own() {
        let view = |ignore_environment| Destination::View { ignore_environment };
        assert_eq!(parse(&["--view"]), run(view(false), &[]));
        let both = parse(&["--ignore-environment", "--view", "ls"]);
        assert_eq!(both, run(view(true), &["ls"]));
        assert!(parse(&["--view", "--endpoint", "stdout"]).is_err());
    }

    #[test]
    fn unknown_names_are_errors() {
        assert!(parse(&["--endpiont", "stdout"]).is_err());
        assert!(parse(&["--endpoint"]).is_err());
        assert!(parse(&["--endpoint="]).is_err());
    }
}
