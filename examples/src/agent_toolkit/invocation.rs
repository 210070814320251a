//! Records one event about a command, from its start to its exit code.
//!
//! **Invariants.** Telemetry never changes what a command does or its exit code. It delays the exit by
//! at most [`Invocation::exit_timeout`].

use std::{
    ffi::OsString,
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, ClientBuilder, Count, SessionId, TelemetryGuard, transport::StderrTransport,
};

use super::{AGENT_TOOLKIT, ExitReason, NatCliCommand, Outcome, command_labels, is_dry_run};
use crate::nemo::{COMMAND_EXIT_TIMEOUT, finish};

/// A random id in the format of the original: 32 hexadecimal digits.
fn session_id() -> SessionId {
    let digits = SessionId::random().as_str().replace('-', "");
    SessionId::parse_or_unknown(&digits)
}

/// The settings of the client, from the environment. A dry run prints envelopes on standard error
/// instead of sending them.
pub fn settings(
    lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
) -> ClientBuilder {
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

/// A command that is running.
///
/// ```
/// use telemetry_examples::agent_toolkit::{ExitReason, Invocation, settings};
///
/// # let settings = |_| settings(|_| None).disabled();
/// let invocation = Invocation::start(settings(telemetry_runtime::env::process_env), &["run"]);
/// // ... the command runs ...
/// let exit_code = invocation.end(ExitReason::Returned(0));
/// assert_eq!(exit_code, 0);
/// ```
#[derive(Debug)]
#[must_use = "`end` records the event"]
pub struct Invocation {
    /// The client of the command. A clone reports the delivery of the event after the command.
    pub telemetry: TelemetryGuard,
    path: Vec<String>,
    start: Instant,
    /// Maximum time that [`end`](Self::end) waits for delivery. Default: [`COMMAND_EXIT_TIMEOUT`].
    pub exit_timeout: Duration,
}

impl Invocation {
    /// Starts the command with this path of registered names. The path is empty if parsing found no
    /// command.
    pub fn start(builder: ClientBuilder, path: &[&str]) -> Self {
        Self {
            telemetry: builder.build(),
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            start: Instant::now(),
            exit_timeout: COMMAND_EXIT_TIMEOUT,
        }
    }

    /// Records and sends the event, and returns the exit code of the process.
    #[must_use]
    pub fn end(self, reason: ExitReason) -> i32 {
        let duration = (!self.path.is_empty()).then(|| self.start.elapsed());
        let path: Vec<_> = self.path.iter().map(String::as_str).collect();
        let outcome = reason.outcome();
        self.telemetry
            .record_with(|| command_event(&path, duration, outcome));
        let _ = finish(&self.telemetry, self.exit_timeout);
        outcome.exit_code
    }
}

/// The event about a command. The duration is -1 if it is unknown.
#[must_use]
pub fn command_event(path: &[&str], duration: Option<Duration>, outcome: Outcome) -> NatCliCommand {
    let (command, subcommand) = command_labels(path);
    NatCliCommand::builder()
        .command(command)
        .task_status(outcome.status)
        // This program does not run Python.
        .python_version("undefined")
        .subcommand(subcommand)
        .maybe_duration_ms(duration.map(|it| Count::from(it.as_millis()).get()))
        .exit_code(outcome.exit_code.into())
        .error_class(outcome.error_class)
        .build()
}
