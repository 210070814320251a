//! The schema tool: a registry's command line. A product's tool is a program of three lines.
//!
//! Exit codes: 0 success, 1 the file is different or cannot be read or written, or the output
//! cannot be written, 2 the command line is
//! invalid.
//!
//! **Invariants.** It reads and writes only the file of its argument.

use std::{
    ffi::OsString,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use super::{registry::Registry, sync::Document};

const USAGE: &str = "\
usage: COMMAND [--envelope | --privacy] PATH

commands:
  write PATH   write the registry document to PATH, if it changed
  check PATH   compare PATH with the registry document

options:
  --envelope   the schema of the envelope instead of the registry document
  --privacy    the privacy report instead of the registry document
";

enum Command<'a> {
    Write(Document, &'a Path),
    Check(Document, &'a Path),
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
    /// the first different line. Both take `--envelope` and `--privacy`.
    #[must_use]
    pub fn main(&self) -> ExitCode {
        let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
        ExitCode::from(self.run(
            &arguments,
            &mut io::stdout().lock(),
            &mut io::stderr().lock(),
        ))
    }

    pub(super) fn run(
        &self,
        arguments: &[OsString],
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> u8 {
        let answer = match parse(arguments) {
            Some(Command::Write(document, path)) => self.write_command(document, path),
            Some(Command::Check(document, path)) => self.check_command(document, path),
            Some(Command::Help) => Ok(USAGE.trim_end().to_owned()),
            None => {
                let _ = write!(err, "{USAGE}");
                return 2;
            }
        };
        match answer {
            Ok(text) => {
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

    fn check_command(&self, document: Document, path: &Path) -> Result<String, String> {
        match self.check(document, path) {
            Ok(()) => Ok(format!("`{}` is current", path.display())),
            // The `Debug` form includes the cause.
            Err(error) => Err(format!("{error:?}")),
        }
    }
}

fn parse(arguments: &[OsString]) -> Option<Command<'_>> {
    let (options, words): (Vec<&OsString>, Vec<&OsString>) = arguments
        .iter()
        .partition(|argument| argument.as_encoded_bytes().starts_with(b"-"));
    let document = match options.as_slice() {
        [] => Document::Events,
        [option] if *option == "--envelope" => Document::Envelope,
        [option] if *option == "--privacy" => Document::Privacy,
        [option] if *option == "--help" || *option == "-h" => return Some(Command::Help),
        _ => return None,
    };
    match *words.as_slice() {
        [command, path] if command == "write" => Some(Command::Write(document, Path::new(path))),
        [command, path] if command == "check" => Some(Command::Check(document, Path::new(path))),
        _ => None,
    }
}
