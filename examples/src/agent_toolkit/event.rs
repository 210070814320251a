//! `nat_cli_command` 1.5.

use std::borrow::Cow;

use telemetry_runtime::{Label, TelemetryEvent};

use crate::nemo::{NemoSource, TaskStatus};

/// One command of the Agent Toolkit's command line.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "nat_cli_command",
    schema = "1.5",
    registry = "../schemas/anonymous_events.json",
    gdpr(
        category = "functional",
        purpose = "Command, outcome, duration and Python version."
    ),
    never(
        "Arguments and options of a command",
        "Paths, configurations or the content of workflows",
        "Error messages"
    )
)]
pub struct NatCliCommand {
    /// `agent_toolkit` for every event of this type.
    #[event(default = NemoSource::AgentToolkit)]
    pub nemo_source: NemoSource,
    /// Registered name of the command; `unknown` when parsing found none.
    #[event(required)]
    pub command: Label,
    /// Registered name of the second-level command; `undefined` when there is none.
    pub subcommand: Label,
    /// How the command ended.
    #[event(required)]
    pub task_status: TaskStatus,
    /// Wall-clock duration in milliseconds; -1 when unknown.
    #[event(range(min = -1), unit = "ms")]
    pub duration_ms: i64,
    /// Exit code of the process; -1 when unknown.
    pub exit_code: i64,
    /// Class of the error that ended the command, without its message; `undefined` without an error.
    pub error_class: Label,
    /// Version of the Python interpreter; `undefined` without one.
    #[event(required, free_text = "version that the interpreter reports")]
    pub python_version: Cow<'static, str>,
}
