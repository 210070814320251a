//! The schema tool: a registry's command line. A product's tool is a program of three lines.
//!
//! Exit codes: 0 success, 1 the file is different or cannot be read or written, the output cannot be
//! written, or an event has expired, 2 the command line is invalid.
//!
//! **Invariants.** It reads and writes only the file of its argument.

use std::{
    ffi::OsString,
    io::{self, Write},
    path::Path,
    process::ExitCode,
    time::SystemTime,
};

use super::{expiry::Day, registry::Registry, sync::Document};
use crate::event::descriptor::EventDescriptor;

const USAGE: &str = "\
usage: COMMAND [--envelope | --privacy] [--soon DAYS] PATH

commands:
  write PATH   write the registry document to PATH, if it changed
  check PATH   compare PATH with the registry document, and the events with their last day

options:
  --envelope   the schema of the envelope instead of the registry document
  --privacy    the privacy report instead of the registry document
  --soon DAYS  with `check`: also warn about events that expire within this number of days
";

/// Lines for standard output and standard error.
#[derive(Default)]
struct Answer {
    text: String,
    warnings: Vec<String>,
}

impl Answer {
    fn of(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

enum Command<'a> {
    Write(Document, &'a Path),
    Check {
        document: Document,
        path: &'a Path,
        soon: Option<u32>,
    },
    Help,
}

impl Registry {
    /// Runs the schema tool on the arguments of this process.
    ///
    /// ```no_run
    /// # use telemetry_runtime::Registry;
    /// # fn tool(REGISTRY: &Registry) -> std::process::ExitCode {
    /// // fn main() -> std::process::ExitCode {
    /// REGISTRY.main()
    /// // }
    /// # }
    /// ```
    ///
    /// `write PATH` writes the registry document to `PATH` if it changed. `check PATH` fails with
    /// the first different line, or if an event has expired. Both take `--envelope` and `--privacy`.
    /// `check --soon 30 PATH` also warns about events that expire within 30 days.
    #[must_use]
    pub fn main(&self) -> ExitCode {
        let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
        ExitCode::from(self.run(
            &arguments,
            SystemTime::now(),
            &mut io::stdout().lock(),
            &mut io::stderr().lock(),
        ))
    }

    pub(super) fn run(
        &self,
        arguments: &[OsString],
        now: SystemTime,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> u8 {
        let answer = match parse(arguments) {
            Some(Command::Write(document, path)) => {
                self.write_command(document, path).map(Answer::of)
            }
            Some(Command::Check {
                document,
                path,
                soon,
            }) => self.check_command(document, path, now, soon),
            Some(Command::Help) => Ok(Answer::of(USAGE.trim_end().to_owned())),
            None => {
                let _ = write!(err, "{USAGE}");
                return 2;
            }
        };
        match answer {
            Ok(Answer { text, warnings }) => {
                for warning in warnings {
                    let _ = writeln!(err, "warning: {warning}");
                }
                let written = writeln!(out, "{text}").and_then(|()| out.flush());
                match written {
                    Ok(()) => 0,
                    Err(error) => {
                        let _ = writeln!(err, "error: the output could not be written: {error}");
                        1
                    }
                }
            }
            Err(text) => {
                let _ = writeln!(err, "error: {text}");
                1
            }
        }
    }

    fn write_command(&self, document: Document, path: &Path) -> Result<String, String> {
        let written = self.write(document, path);
        let path = path.display();
        match written {
            Ok(true) => Ok(format!("wrote `{path}`")),
            Ok(false) => Ok(format!("`{path}` is current")),
            Err(error) => Err(format!("cannot write `{path}`: {error}")),
        }
    }

    fn check_command(
        &self,
        document: Document,
        path: &Path,
        now: SystemTime,
        soon: Option<u32>,
    ) -> Result<Answer, String> {
        match self.check_at(document, path, now) {
            Ok(()) => Ok(Answer {
                text: format!("`{}` is current", path.display()),
                warnings: soon
                    .map(|days| self.warnings(now, days))
                    .unwrap_or_default(),
            }),
            // The `Debug` form includes the cause.
            Err(error) => Err(format!("{error:?}")),
        }
    }

    /// One warning for each event whose last day is at most `days` days away.
    fn warnings(&self, now: SystemTime, days: u32) -> Vec<String> {
        let soon = self.expired_before(&Day::after(now, days.saturating_add(1)));
        let warning = |event: &EventDescriptor| {
            let last = event.expires.unwrap_or_default();
            format!(
                "event `{}` expires soon: its last day is {last}",
                event.name
            )
        };
        soon.into_iter().map(warning).collect()
    }
}

fn parse(arguments: &[OsString]) -> Option<Command<'_>> {
    let mut document = Document::Events;
    let mut soon = None;
    let mut words: Vec<&OsString> = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--help" | "-h") => return Some(Command::Help),
            Some("--envelope") if document == Document::Events => document = Document::Envelope,
            Some("--privacy") if document == Document::Events => document = Document::Privacy,
            Some("--soon") if soon.is_none() => soon = Some(days(arguments.next()?.to_str()?)?),
            Some(option) if option.starts_with("--soon=") && soon.is_none() => {
                soon = Some(days(option.strip_prefix("--soon=")?)?);
            }
            _ if argument.as_encoded_bytes().starts_with(b"-") => return None,
            _ => words.push(argument),
        }
    }
    match *words.as_slice() {
        [command, path] if command == "write" && soon.is_none() => {
            Some(Command::Write(document, Path::new(path)))
        }
        [command, path] if command == "check" => Some(Command::Check {
            document,
            path: Path::new(path),
            soon,
        }),
        _ => None,
    }
}

fn days(text: &str) -> Option<u32> {
    text.parse().ok()
}
