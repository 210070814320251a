//! `nat_cli_command` 1.5.

use std::borrow::Cow;

use telemetry_runtime::{Label, TelemetryEvent};

use crate::nemo::{NemoSource, TaskStatus};

/// One command given to the Agent Toolkit on the command line.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "nat_cli_command",
    schema = "1.5",
    registry = "../schemas/anonymous_events.json",
    gdpr(
        category = "functional",
        purpose = "Which command ran, how it ended, how long it took, on which runtime."
    ),
    never(
        "Arguments and options of a command",
        "Paths, configurations or the content of workflows",
        "Messages of errors"
    )
)]
pub struct NatCliCommand {
    /// `agent_toolkit` for every event of this type.
    #[event(default = NemoSource::AgentToolkit)]
    pub nemo_source: NemoSource,
    /// Name of the command as the program registers it; `unknown` when none was reached.
    #[event(required)]
    pub command: Label,
    /// Name of the second-level command as the program registers it; `undefined` when there is none.
    pub subcommand: Label,
    /// How the command ended.
    #[event(required)]
    pub task_status: TaskStatus,
    /// Wall-clock duration in milliseconds; -1 when unknown.
    #[event(range(min = -1), unit = "ms")]
    pub duration_ms: i64,
    /// Exit code of the process; -1 when unknown.
    pub exit_code: i64,
    /// Class of the error that ended the command, never its message; `undefined` when there was none.
    pub error_class: Label,
    /// Version of the Python that runs the toolkit; `undefined` where none does.
    #[event(required, free_text = "version number that the interpreter reports")]
    pub python_version: Cow<'static, str>,
}
