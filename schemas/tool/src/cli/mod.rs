//! The command line. A command is a file of this folder and a line of `COMMANDS`.
//!
//! **Invariants.** A command returns its output and the files to write. Only this file writes, after the
//! command has succeeded.

mod diff;
mod docs;
mod export;
#[cfg(feature = "gateway")]
mod gateway;
mod import;
mod live_check;
mod merge;
mod slice;
#[cfg(feature = "view")]
mod view;

use std::{
    ffi::OsString,
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use clap::{Arg, ArgMatches, Command, error::ErrorKind};

use crate::{
    document::Document,
    error::InputError,
    report::{Format, Style},
};

/// Exit code: success, nothing to report.
pub const FINE: u8 = 0;
/// Exit code: the command has reported a finding.
pub const FINDING: u8 = 1;
/// Exit code: the command line or an input is not valid, or the output cannot be written.
pub const USAGE: u8 = 2;

/// Where a run writes.
pub struct Console<'a> {
    /// Standard output.
    pub out: &'a mut dyn Write,
    /// Standard error.
    pub err: &'a mut dyn Write,
    /// Whether text may contain colours: standard output is a terminal.
    pub colour: bool,
}

/// The result of a command.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// Text for standard output.
    pub(crate) text: String,
    /// A file to write, with its content.
    pub(crate) file: Option<(PathBuf, String)>,
    /// Whether the command has a finding.
    pub(crate) finding: bool,
    /// A mistake in the input that did not stop the command. It becomes the exit code [`USAGE`].
    pub(crate) mistake: Option<String>,
}

/// The reason why a command has no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An input is not valid.
    Input(InputError),
    /// An input has several mistakes.
    Inputs(Vec<InputError>),
    /// The arguments do not fit together: the mistake and the correction.
    Usage(String, String),
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

type Arguments = fn(Command) -> Command;
type Run = fn(&ArgMatches, Style) -> Result<Answer, Failure>;

/// The commands in the order of the help.
const COMMANDS: &[(&str, Arguments, Run)] = &[
    ("diff", diff::arguments, diff::run),
    ("docs", docs::arguments, docs::run),
    ("live-check", live_check::arguments, live_check::run),
    ("merge", merge::arguments, merge::run),
    ("slice", slice::arguments, slice::run),
    ("import", import::arguments, import::run),
    ("export", export::arguments, export::run),
];

/// The command line of the program.
#[must_use]
pub fn command() -> Command {
    let program = Command::new("telemetry-tool")
        .version(env!("CARGO_PKG_VERSION"))
        .about(env!("CARGO_PKG_DESCRIPTION"))
        .after_help(
            "exit codes:\n  0  fine\n  1  a finding, such as a change without the version that it needs\n  \
             2  the command line or an input is not valid; nothing is written",
        )
        .subcommand_required(true)
        .arg_required_else_help(true);
    let program = COMMANDS
        .iter()
        .fold(program, |program, (name, arguments, _)| {
            program.subcommand(arguments(Command::new(*name)))
        });
    #[cfg(feature = "gateway")]
    let program = program.subcommand(gateway::arguments(Command::new("gateway")));
    #[cfg(feature = "view")]
    let program = program.subcommand(view::arguments(Command::new("view")));
    program
}

/// The option `--format` for a command that prints findings.
pub(crate) fn format_argument() -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(["text", "json", "markdown", "github"])
        .default_value("text")
        .help("text, json, markdown (for a pull request) or github (annotations of a workflow)")
}

/// The value of [`format_argument`].
pub(crate) fn format_of(matches: &ArgMatches) -> Format {
    match matches.get_one::<String>("format").map(String::as_str) {
        Some("json") => Format::Json,
        Some("markdown") => Format::Markdown,
        Some("github") => Format::Github,
        _ => Format::Text,
    }
}

/// The value of a required argument that is a path.
pub(crate) fn path_of<'a>(matches: &'a ArgMatches, name: &str) -> &'a Path {
    matches
        .get_one::<PathBuf>(name)
        .map_or(Path::new(""), PathBuf::as_path)
}

/// An argument that is a path.
pub(crate) fn path_argument(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .value_name(name)
        .value_parser(clap::value_parser!(PathBuf))
        .help(help)
}

/// Refuses an output that would replace one of the inputs.
pub(crate) fn check_output(out: &Path, inputs: &[&str]) -> Result<(), Failure> {
    let is_same = |input: &&&str| {
        let input = fs::canonicalize(input);
        input.is_ok_and(|input| fs::canonicalize(out).is_ok_and(|out| out == input))
    };
    match inputs.iter().find(is_same) {
        Some(input) => Err(Failure::Usage(
            format!("`{}` would replace the input `{input}`", out.display()),
            "write the path of another file after `--out`".to_owned(),
        )),
        None => Ok(()),
    }
}

/// The failure of a name that is not an event.
pub(crate) fn unknown_event(document: &Document, name: &str) -> Failure {
    let known: Vec<_> = document
        .events
        .iter()
        .map(|event| event.name.as_str())
        .collect();
    Failure::Usage(
        format!("the document has no event `{name}`"),
        format!("its events are {}", known.join(", ")),
    )
}

/// The answer of a command that writes a document, to the file of `--out` or to standard output.
pub(crate) fn document_answer(text: String, matches: &ArgMatches) -> Answer {
    match matches.get_one::<PathBuf>("FILE") {
        Some(path) => Answer {
            text: format!("wrote `{}`\n", path.display()),
            file: Some((path.clone(), text)),
            ..Answer::default()
        },
        None => Answer {
            text,
            ..Answer::default()
        },
    }
}

/// Runs the program. `arguments` begins with the name of the program.
///
/// Returns the exit code: [`FINE`], [`FINDING`] or [`USAGE`].
pub fn run(arguments: impl IntoIterator<Item = OsString>, console: &mut Console<'_>) -> u8 {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let asked = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            let text = error.render().to_string();
            if asked {
                return finish(console, &text, FINE);
            }
            let _ = console.err.write_all(text.as_bytes());
            return USAGE;
        }
    };
    let style = Style {
        colour: console.colour,
    };
    // These commands write while they run.
    #[cfg(feature = "gateway")]
    if let Some(("gateway", matches)) = matches.subcommand() {
        return gateway::run(matches, console);
    }
    #[cfg(feature = "view")]
    if let Some(("view", matches)) = matches.subcommand() {
        return view::run(matches, console);
    }
    let found = matches.subcommand().and_then(|(name, matches)| {
        let (_, _, run) = COMMANDS.iter().find(|(command, ..)| *command == name)?;
        Some(run(matches, style))
    });
    match found {
        Some(Ok(answer)) => {
            if let Some((path, text)) = &answer.file
                && let Err(error) = write_file(path, text)
            {
                let path = path.display();
                let _ = writeln!(
                    console.err,
                    "error: `{path}` cannot be written: {error}\n\
                     help: write the path of a file in a folder that exists and can be written"
                );
                return USAGE;
            }
            let code = if answer.finding { FINDING } else { FINE };
            let code = finish(console, &answer.text, code);
            let Some(mistake) = &answer.mistake else {
                return code;
            };
            let _ = writeln!(console.err, "error: {mistake}");
            USAGE
        }
        Some(Err(failure)) => failed(console, &failure),
        None => USAGE,
    }
}

/// Reports why a command has no result.
fn failed(console: &mut Console<'_>, failure: &Failure) -> u8 {
    let err = &mut console.err;
    match failure {
        Failure::Input(error) => {
            let _ = writeln!(err, "error: {error}");
        }
        Failure::Inputs(errors) => {
            for error in errors {
                let _ = writeln!(err, "error: {error}");
            }
        }
        Failure::Usage(wrong, instead) => {
            let _ = writeln!(err, "error: {wrong}\nhelp: {instead}");
        }
    }
    USAGE
}

fn finish(console: &mut Console<'_>, text: &str, code: u8) -> u8 {
    let written = console
        .out
        .write_all(text.as_bytes())
        .and_then(|()| console.out.flush());
    match written {
        Ok(()) => code,
        // The reader of the pipe has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(error) => {
            let _ = writeln!(console.err, "error: the output cannot be written: {error}");
            USAGE
        }
    }
}

/// A new file beside the old one takes its place, so a full disk leaves the old one as it was.
fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let Some(name) = path.file_name() else {
        return Err(io::ErrorKind::IsADirectory.into());
    };
    let mut beside = name.to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = path.with_file_name(beside);
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}
