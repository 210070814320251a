//! The schema tool: a registry's command line. A product's tool is a program of three lines.
//!
//! Exit codes: 0 success, 1 a file is different or cannot be read or written, the output cannot be
//! written, or an event has expired, 2 the command line is invalid.
//!
//! **Invariants.** It reads and writes only the files of its arguments.

use std::{
    ffi::{OsStr, OsString},
    io::{self, Write},
    path::Path,
    process::ExitCode,
    time::SystemTime,
};

use super::{expiry::Day, registry::Registry, sync::Document};
use crate::event::descriptor::EventDescriptor;

const USAGE: &str = "\
usage: COMMAND [--soon DAYS] [PATH] [--lock PATH] [--privacy PATH] [--envelope PATH]

commands:
  write   write each document to its path, if it changed
  check   compare each file with its document, and the events with their last day

documents:
  PATH              the registry document: the JSON Schema of the events
  --lock PATH       the lock: sentinels, units, labels and other facts that the schema cannot contain
  --privacy PATH    the privacy report
  --envelope PATH   the schema of the envelope

options:
  --soon DAYS   with `check`: also warn about events that expire within this number of days
";

enum Command<'a> {
    Write(Vec<(Document, &'a Path)>),
    Check(Vec<(Document, &'a Path)>, Option<u32>),
    Help,
}

/// Lines for standard output and standard error.
#[derive(Default)]
struct Answer {
    out: Vec<String>,
    warnings: Vec<String>,
    errors: Vec<String>,
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
    /// `write PATH --lock PATH --privacy PATH` writes the registry document, the lock and the privacy
    /// report to their paths, if they changed; `--envelope PATH` writes the schema of the envelope. Each is
    /// optional. `check` with the same arguments fails with the different lines, or if an event has
    /// expired. `check --soon 30` also warns about events that expire within 30 days.
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
            Ok(Command::Write(documents)) => self.write_command(&documents),
            Ok(Command::Check(documents, soon)) => self.check_command(&documents, now, soon),
            Ok(Command::Help) => Answer {
                out: vec![USAGE.trim_end().to_owned()],
                ..Answer::default()
            },
            Err(wrong) => {
                let _ = write!(err, "error: {wrong}\n\n{USAGE}");
                return 2;
            }
        };
        let mut code = 0;
        for warning in answer.warnings {
            let _ = writeln!(err, "warning: {warning}");
        }
        for error in answer.errors {
            let _ = writeln!(err, "error: {error}");
            code = 1;
        }
        let mut lines = answer.out.iter();
        let written = lines.try_for_each(|line| writeln!(out, "{line}"));
        if let Err(error) = written.and_then(|()| out.flush()) {
            let _ = writeln!(err, "error: the output could not be written: {error}");
            code = 1;
        }
        code
    }

    fn write_command(&self, documents: &[(Document, &Path)]) -> Answer {
        let mut answer = Answer::default();
        for (document, path) in documents {
            let written = self.write(*document, path);
            let path = path.display();
            match written {
                Ok(true) => answer.out.push(format!("wrote `{path}`")),
                Ok(false) => answer.out.push(format!("`{path}` is current")),
                Err(error) => answer.errors.push(format!(
                    "cannot write `{path}`: {error}\nhelp: write the path of a file that can be written"
                )),
            }
        }
        answer
    }

    fn check_command(
        &self,
        documents: &[(Document, &Path)],
        now: SystemTime,
        soon: Option<u32>,
    ) -> Answer {
        let mut answer = Answer::default();
        for (document, path) in documents {
            match self.check_at(*document, path, now) {
                Ok(()) => answer.out.push(format!("`{}` is current", path.display())),
                Err(error) => {
                    // The `Debug` form includes the cause.
                    let error = format!("{error:?}");
                    // Expired events are the same for all documents.
                    if !answer.errors.contains(&error) {
                        answer.errors.push(error);
                    }
                }
            }
        }
        if answer.errors.is_empty() {
            answer.warnings = soon
                .map(|days| self.warnings(now, days))
                .unwrap_or_default();
        }
        answer
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

/// The command, or the mistake in the arguments.
fn parse(arguments: &[OsString]) -> Result<Command<'_>, String> {
    let Some((command, arguments)) = arguments.split_first() else {
        return Err("the command is missing: write `write` or `check`".to_owned());
    };
    let mut documents: Vec<(Document, &Path)> = Vec::new();
    let mut soon = None;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (name, value) = match argument.to_str().and_then(|text| text.split_once('=')) {
            Some((name, value)) if name.starts_with("--") => (Some(name), Some(OsStr::new(value))),
            _ => (argument.to_str(), None),
        };
        let document = match name {
            Some("--help" | "-h") => return Ok(Command::Help),
            Some("--soon") => {
                let value = value.or_else(|| arguments.next().map(OsString::as_os_str));
                let days = value.and_then(OsStr::to_str).and_then(|it| it.parse().ok());
                if days.is_none() || soon.is_some() {
                    return Err("write `--soon` once, with a number of days".to_owned());
                }
                soon = days;
                continue;
            }
            Some("--lock") => Document::Lock,
            Some("--privacy") => Document::Privacy,
            Some("--envelope") => Document::Envelope,
            _ if is_option(argument) => {
                return Err(format!("`{}` is not an option", argument.display()));
            }
            _ => Document::Events,
        };
        let path = match (document, value) {
            (Document::Events, _) => Some(argument.as_os_str()),
            (_, Some(value)) => Some(value),
            (_, None) => arguments.next().map(OsString::as_os_str),
        };
        let name = match document.option() {
            Some(option) => format!("`{option}`"),
            None => "the registry document".to_owned(),
        };
        let Some(path) = path.filter(|path| !path.is_empty() && !is_option(path)) else {
            return Err(format!("the path of {name} is missing"));
        };
        let path = Path::new(path);
        for (known, other) in &documents {
            if *known == document {
                return Err(format!("{name} has two paths: write one"));
            }
            if *other == path {
                let path = path.display();
                return Err(format!(
                    "two documents have the path `{path}`: write another one"
                ));
            }
        }
        documents.push((document, path));
    }
    match command.to_str() {
        Some("--help" | "-h") => Ok(Command::Help),
        Some("write" | "check") if documents.is_empty() => {
            Err("the path of a document is missing".to_owned())
        }
        Some("write") if soon.is_none() => Ok(Command::Write(documents)),
        Some("write") => Err("`--soon` is an option of `check`".to_owned()),
        Some("check") => Ok(Command::Check(documents, soon)),
        _ => Err(format!(
            "`{}` is not a command: write `write` or `check`",
            command.display()
        )),
    }
}

fn is_option(argument: &OsStr) -> bool {
    argument.as_encoded_bytes().starts_with(b"-")
}
