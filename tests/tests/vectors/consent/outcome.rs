//! The recorded outcome of a vector.

use serde_json::Value;

/// The outcome of a run that may ask, and of the next one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) stored_before: String,
    pub(super) on_at_start: bool,
    pub(super) asked: bool,
    pub(super) on: bool,
    pub(super) stored_after: String,
    pub(super) on_next: bool,
}

impl Outcome {
    pub(super) fn recorded(expected: &Value) -> Self {
        let text = |name: &str| expected[name].as_str().unwrap().to_owned();
        let is = |name: &str| expected[name].as_bool().unwrap();
        Self {
            stored_before: text("persisted_before"),
            on_at_start: is("enabled_at_import"),
            asked: is("prompt_shown"),
            on: is("enabled_after"),
            stored_after: text("persisted_after"),
            on_next: is("enabled_next_process"),
        }
    }

    /// The user was asked and gave no clear answer.
    pub(super) fn unanswered() -> Self {
        Self {
            stored_before: "never_asked".into(),
            on_at_start: false,
            asked: true,
            on: false,
            stored_after: "never_asked".into(),
            on_next: false,
        }
    }

    /// The stored answer refuses.
    pub(super) fn refused() -> Self {
        Self {
            stored_before: "disabled".into(),
            on_at_start: false,
            asked: false,
            on: false,
            stored_after: "disabled".into(),
            on_next: false,
        }
    }
}
