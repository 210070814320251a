//! Maps the reason for a command's exit to fields of the event.
//!
//! **Invariants.** The event has the class of an error, which the program declares, and never its
//! message.

use telemetry_runtime::Label;

use crate::nemo::TaskStatus;

/// Exit code after Ctrl-C.
pub const INTERRUPTED: i32 = 130;

/// Reason for the exit of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitReason {
    /// The command returned this exit code.
    Returned(i32),
    /// The command requested the exit of the process with this code.
    Exited(i32),
    /// The command stopped at an error.
    Failed {
        /// Class of the error, as the program declares it.
        class: Label,
        /// Exit code of the process.
        exit_code: i32,
    },
    /// The user declined a question or aborted it.
    Aborted,
    /// The user pressed Ctrl-C.
    Interrupted,
}

impl ExitReason {
    /// An error of `class`; the process exits with 1.
    #[must_use]
    pub const fn error(class: Label) -> Self {
        Self::Failed {
            class,
            exit_code: 1,
        }
    }

    /// The fields of the event for this reason.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        let (status, exit_code, class) = match self {
            Self::Returned(0) | Self::Exited(0) => (TaskStatus::Success, 0, "undefined"),
            Self::Returned(code) => (TaskStatus::Failure, code, "undefined"),
            Self::Exited(code) => (TaskStatus::Failure, code, "SystemExit"),
            Self::Failed { class, exit_code } => (TaskStatus::Failure, exit_code, class.as_str()),
            Self::Aborted => (TaskStatus::Interrupted, 1, "Abort"),
            Self::Interrupted => (TaskStatus::Interrupted, INTERRUPTED, "KeyboardInterrupt"),
        };
        Outcome {
            status,
            exit_code,
            error_class: Label(class),
        }
    }
}

/// Outcome fields of [`NatCliCommand`](super::NatCliCommand).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How the command ended.
    pub status: TaskStatus,
    /// Exit code of the process.
    pub exit_code: i32,
    /// Class of the error; `undefined` without an error.
    pub error_class: Label,
}
