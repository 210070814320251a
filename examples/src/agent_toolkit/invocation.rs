//! The telemetry of one command: it starts when the command is known and ends with its outcome.
//!
//! Must never change what a command does or its exit code, and hold its end up for no longer than
//! [`LEAVE`] unless told to.

use std::{
    ffi::OsString,
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, ClientBuilder, Count, SessionId, TelemetryGuard, transport::StderrTransport,
};

use super::{AGENT_TOOLKIT, Ending, NatCliCommand, Outcome, command_labels, is_dry_run};
use crate::nemo::{LEAVE, finish};

/// A random id in the format of the original: 32 hexadecimal digits.
fn session_id() -> SessionId {
    let digits = SessionId::random().as_str().replace('-', "");
    SessionId::parse_or_unknown(&digits)
}

/// Settings of the Agent Toolkit's client in this environment: a dry run prints envelopes on standard
/// error in place of sending them.
pub fn settings(lookup: impl Fn(&str) -> Option<OsString> + 'static) -> ClientBuilder {
    let dry_run = lookup("NAT_TELEMETRY_DRY_RUN");
    let dry_run = is_dry_run(dry_run.as_deref().and_then(|value| value.to_str()));
    let builder = Client::builder(&AGENT_TOOLKIT)
        .env(lookup)
        .session_id(session_id());
    match dry_run {
        true => builder.transport(StderrTransport),
        false => builder,
    }
}

/// A command that was given on the command line.
///
/// ```
/// use telemetry_examples::agent_toolkit::{Ending, Invocation, settings};
///
/// # let settings = |_| settings(|_| None).disabled();
/// let invocation = Invocation::start(settings(telemetry_runtime::env::process_env), &["run"]);
/// // ... the command runs ...
/// let exit_code = invocation.end(Ending::Returned(0));
/// assert_eq!(exit_code, 0);
/// ```
#[derive(Debug)]
#[must_use = "its end is what is recorded"]
pub struct Invocation {
    /// The client of the command. A clone of it can be asked what became of the event.
    pub telemetry: TelemetryGuard,
    path: Vec<String>,
    start: Instant,
    /// How long the end waits for the event to arrive. Default: [`LEAVE`].
    pub leave: Duration,
}

impl Invocation {
    /// The command with this path of registered names starts; empty when none was reached.
    pub fn start(builder: ClientBuilder, path: &[&str]) -> Self {
        Self {
            telemetry: builder.build(),
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            start: Instant::now(),
            leave: LEAVE,
        }
    }

    /// The command has ended: records and sends the event, and gives the exit code of the process.
    #[must_use]
    pub fn end(self, ending: Ending) -> i32 {
        let duration = (!self.path.is_empty()).then(|| self.start.elapsed());
        let path: Vec<_> = self.path.iter().map(String::as_str).collect();
        let outcome = ending.outcome();
        self.telemetry
            .record_with(|| command_event(&path, duration, outcome));
        let _ = finish(&self.telemetry, self.leave);
        outcome.exit_code
    }
}

/// The event about a command. Without a duration it is -1: unknown.
#[must_use]
pub fn command_event(path: &[&str], duration: Option<Duration>, outcome: Outcome) -> NatCliCommand {
    let (command, subcommand) = command_labels(path);
    NatCliCommand::builder()
        .command(command)
        .task_status(outcome.status)
        // No Python runs here. A host that has one sets the field.
        .python_version("undefined")
        .subcommand(subcommand)
        .maybe_duration_ms(duration.map(|it| Count::from(it.as_millis()).get()))
        .exit_code(outcome.exit_code.into())
        .error_class(outcome.error_class)
        .build()
}
