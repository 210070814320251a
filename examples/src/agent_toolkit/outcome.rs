//! How a command ended, in the words of the event.
//!
//! The class of an error is a name of the program. Its message, which can hold anything, never gets
//! here.

use telemetry_runtime::Label;

use crate::nemo::TaskStatus;

/// Exit code of a program that was interrupted from the keyboard.
pub const INTERRUPTED: i32 = 130;

/// How a command came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It returned, with the exit code it wants.
    Returned(i32),
    /// It asked the process to exit with this code.
    Exited(i32),
    /// It stopped at an error of a class, and the process exits with this code.
    Failed {
        /// Name of the error's class, as the program declares it.
        class: Label,
        /// What the process exits with.
        exit_code: i32,
    },
    /// A person answered a question with no, or gave up.
    Aborted,
    /// Ctrl-C.
    Interrupted,
}

impl Ending {
    /// An error of `class` that nobody expected: the process exits with 1.
    #[must_use]
    pub const fn error(class: Label) -> Self {
        Self::Failed {
            class,
            exit_code: 1,
        }
    }

    /// What the event says about this ending.
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

/// Three fields of [`NatCliCommand`](super::NatCliCommand). The process exits with `exit_code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How the command ended.
    pub status: TaskStatus,
    /// Exit code of the process.
    pub exit_code: i32,
    /// Class of the error; `undefined` when there was none.
    pub error_class: Label,
}
