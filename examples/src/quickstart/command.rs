//! Runs the user's command and builds the event about it.
//!
//! **Invariants.** Text that the user typed never enters the event. The names of the command and of
//! its first argument are looked up in fixed lists, and an error is reported by its class.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::Path,
    process::{Command, ExitStatus},
    time::{Duration, Instant},
};

use telemetry_runtime::{Label, telemetry_labels};

use crate::{agent_toolkit::NatCliCommand, nemo::TaskStatus};

telemetry_labels! {
    /// Command names that the event can have.
    pub Commands = ["cargo", "echo", "false", "git", "ls", "make", "nat", "rustc", "sleep", "true"]
}

telemetry_labels! {
    /// Subcommand names that the event can have.
    pub Subcommands = ["build", "check", "clippy", "doc", "info", "run", "status", "test"]
}

/// Exit code after Ctrl-C.
const INTERRUPTED: i32 = 130;

/// A command that has ended or could not be started.
#[derive(Debug)]
pub(super) struct FinishedCommand {
    command: Vec<OsString>,
    result: io::Result<ExitStatus>,
    duration: Duration,
}

/// The command line for display: the program without its directory.
pub(super) fn display(command: &[OsString]) -> String {
    let program = command.first().map(Path::new);
    let name = program.and_then(|program| program.file_name());
    let arguments = command.iter().skip(1).map(OsString::as_os_str);
    let words: Vec<_> = name
        .into_iter()
        .chain(arguments)
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}

/// Runs the command with the standard streams of this process.
pub(super) fn run(command: Vec<OsString>) -> FinishedCommand {
    let start = Instant::now();
    let mut words = command.iter();
    let result = match words.next() {
        Some(program) => Command::new(program).args(words).status(),
        None => Err(io::ErrorKind::InvalidInput.into()),
    };
    FinishedCommand {
        duration: start.elapsed(),
        command,
        result,
    }
}

impl FinishedCommand {
    /// The event about the command.
    pub(super) fn event(&self) -> NatCliCommand {
        let name = self.command.first().map(|program| program_name(program));
        let first = self.command.get(1).and_then(|argument| argument.to_str());
        NatCliCommand::builder()
            .command(Label(Commands::get(name.unwrap_or_default()).as_str()))
            .task_status(self.status())
            // This program does not run Python.
            .python_version("undefined")
            .subcommand(Label(Subcommands::get(first.unwrap_or_default()).as_str()))
            .duration_ms(i64::try_from(self.duration.as_millis()).unwrap_or(i64::MAX))
            .maybe_exit_code(self.code().map(i64::from))
            .maybe_error_class(self.result.as_ref().err().map(error_class))
            .build()
    }

    /// The exit code of the quickstart: the command's, or a shell's code if it could not be started.
    pub(super) fn exit_code(&self) -> u8 {
        match (&self.result, self.code()) {
            (Err(_), _) => 127,
            (Ok(_), Some(code)) => u8::try_from(code).unwrap_or(1),
            (Ok(_), None) => 1,
        }
    }

    /// The error of a command that could not be started.
    pub(super) fn error(&self) -> Option<&io::Error> {
        self.result.as_ref().err()
    }

    fn status(&self) -> TaskStatus {
        match &self.result {
            Ok(status) if status.success() => TaskStatus::Success,
            Ok(_) if self.code() == Some(INTERRUPTED) => TaskStatus::Interrupted,
            Ok(_) | Err(_) => TaskStatus::Failure,
        }
    }

    /// The exit code; 128 plus the signal number if a signal ended the command.
    fn code(&self) -> Option<i32> {
        let status = self.result.as_ref().ok()?;
        status.code().or_else(|| {
            #[cfg(unix)]
            {
                use std::os::unix::process::ExitStatusExt;
                status.signal().map(|signal| 128 + signal)
            }
            #[cfg(not(unix))]
            None
        })
    }
}

/// The program's name: `git` for `/usr/bin/git` and `git.exe`.
fn program_name(program: &OsStr) -> &str {
    Path::new(program)
        .file_stem()
        .and_then(OsStr::to_str)
        .unwrap_or_default()
}

fn error_class(error: &io::Error) -> Label {
    Label(match error.kind() {
        io::ErrorKind::NotFound => "NotFound",
        io::ErrorKind::PermissionDenied => "PermissionDenied",
        _ => "Other",
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use telemetry_runtime::TelemetryEvent;

    use super::*;

    fn parameters(finished: &FinishedCommand) -> Value {
        serde_json::to_value(finished.event().parameters()).unwrap()
    }

    #[test]
    fn a_command_that_cannot_start_is_a_failure_without_an_exit_code() {
        let finished = run(vec!["/nonexistent/alice-secret".into(), "password".into()]);
        assert_eq!(finished.exit_code(), 127);
        let parameters = parameters(&finished);
        assert_eq!(parameters["taskStatus"], "failure");
        assert_eq!(parameters["exitCode"], -1);
        assert_eq!(parameters["errorClass"], "NotFound");
    }

    #[test]
    fn typed_text_never_enters_the_event() {
        let finished = run(vec!["/nonexistent/alice-secret".into(), "password".into()]);
        let text = parameters(&finished).to_string();
        assert!(
            !text.contains("alice") && !text.contains("password"),
            "{text}"
        );
        let parameters = parameters(&finished);
        assert_eq!(parameters["command"], "undefined");
        assert_eq!(parameters["subcommand"], "undefined");
    }

    #[test]
    fn a_program_name_has_no_directory_and_no_extension() {
        assert_eq!(program_name(OsStr::new("/usr/bin/git")), "git");
        assert_eq!(program_name(OsStr::new("rustc.exe")), "rustc");
    }

    #[cfg(unix)]
    #[test]
    fn the_event_has_exit_code_and_status_of_the_command() {
        use std::os::unix::process::ExitStatusExt;

        let ended = |raw: i32| FinishedCommand {
            command: vec!["git".into(), "status".into()],
            result: Ok(ExitStatus::from_raw(raw)),
            duration: Duration::from_millis(1_234),
        };
        let expected = |status: &str, code: i32| {
            json!({
                "nemoSource": "agent_toolkit",
                "command": "git",
                "subcommand": "status",
                "taskStatus": status,
                "durationMs": 1234,
                "exitCode": code,
                "errorClass": "undefined",
                "pythonVersion": "undefined",
            })
        };
        assert_eq!(parameters(&ended(0)), expected("success", 0));
        assert_eq!(parameters(&ended(3 << 8)), expected("failure", 3));
        assert_eq!(parameters(&ended(130 << 8)), expected("interrupted", 130));
        // SIGINT and SIGKILL.
        assert_eq!(parameters(&ended(2)), expected("interrupted", 130));
        assert_eq!(parameters(&ended(9)), expected("failure", 137));
        assert_eq!(ended(9).exit_code(), 137);
    }
}
