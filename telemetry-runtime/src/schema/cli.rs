//! The schema tool: a registry's command line, so that a product's tool is a three-line program.
//!
//! Exit codes: 0 done, 1 the file is not what it should be, 2 the command line is wrong. It reads and
//! writes the one file it is given and nothing else.

use std::{
    error::Error,
    ffi::{OsStr, OsString},
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use super::{registry::Registry, sync::CheckError};

const USAGE: &str = "\
usage: COMMAND [--envelope | --privacy] PATH

commands:
  write PATH   write the registry document to PATH, if it changed
  check PATH   compare PATH with the registry document

options:
  --envelope   the schema of the envelope instead of the registry document
  --privacy    what each field can carry, for a privacy review
";

enum Command<'a> {
    Write(Document, &'a Path),
    Check(Document, &'a Path),
    Help,
}

#[derive(Clone, Copy)]
enum Document {
    Registry,
    Envelope,
    Privacy,
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
    /// `write PATH` writes the registry document to `PATH` if it changed, `check PATH` fails with
    /// the first line that differs; both take `--envelope` and
    /// `--privacy`.
    #[must_use]
    pub fn main(&self) -> ExitCode {
        let mut arguments = std::env::args_os();
        let program = arguments.next().unwrap_or_default();
        let arguments: Vec<OsString> = arguments.collect();
        // A closed pipe is no reason to fail.
        ExitCode::from(self.run(
            &program,
            &arguments,
            &mut io::stdout().lock(),
            &mut io::stderr().lock(),
        ))
    }

    pub(super) fn run(
        &self,
        program: &OsStr,
        arguments: &[OsString],
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> u8 {
        let answer = match parse(arguments) {
            Some(Command::Write(document, path)) => self.write_command(document, path),
            Some(Command::Check(document, path)) => self.check_command(program, document, path),
            Some(Command::Help) => Ok(USAGE.trim_end().to_owned()),
            None => {
                let _ = write!(err, "{USAGE}");
                return 2;
            }
        };
        match answer {
            Ok(text) => {
                let _ = writeln!(out, "{text}");
                0
            }
            Err(text) => {
                let _ = writeln!(err, "error: {text}");
                1
            }
        }
    }

    fn write_command(&self, document: Document, path: &Path) -> Result<String, String> {
        let written = match document {
            Document::Registry => self.write(path),
            Document::Envelope => self.write_envelope(path),
            Document::Privacy => self.write_privacy_report(path),
        };
        let path = path.display();
        match written {
            Ok(true) => Ok(format!("wrote `{path}`")),
            Ok(false) => Ok(format!("`{path}` is current")),
            Err(error) => Err(format!("cannot write `{path}`: {error}")),
        }
    }

    fn check_command(
        &self,
        program: &OsStr,
        document: Document,
        path: &Path,
    ) -> Result<String, String> {
        let (checked, option) = match document {
            Document::Registry => (self.check(path), ""),
            Document::Envelope => (self.check_envelope(path), "--envelope "),
            Document::Privacy => (self.check_privacy_report(path), "--privacy "),
        };
        let error = match checked {
            Ok(()) => return Ok(format!("`{}` is current", path.display())),
            Err(error) => error,
        };
        let cause = error.source().map(|it| format!(": {it}"));
        let mut text = format!("{error}{}", cause.unwrap_or_default());
        // Where the registry names no command, this program is one.
        if !matches!(
            &error,
            CheckError::Stale {
                refresh: Some(_),
                ..
            }
        ) {
            let tool = self.declared.tool.map(str::to_owned);
            let tool = tool.unwrap_or_else(|| program.display().to_string());
            let path = path.display();
            text.push_str(&format!(
                "\nhelp: refresh it with `{tool} write {option}{path}`"
            ));
        }
        Err(text)
    }
}

fn parse(arguments: &[OsString]) -> Option<Command<'_>> {
    let (options, words): (Vec<&OsString>, Vec<&OsString>) = arguments
        .iter()
        .partition(|argument| argument.as_encoded_bytes().starts_with(b"-"));
    let document = match options.as_slice() {
        [] => Document::Registry,
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
