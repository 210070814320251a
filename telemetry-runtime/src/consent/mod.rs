//! The user's stored answer to the consent question, and the prompt that asks it.
//!
//! **Invariants.** A yes that the user did not give is never reported, and a no is never lost.
//! Nothing here panics or blocks its host: a file that cannot be read or is not valid counts as a
//! no, and a failure to write an answer is an error value. Nothing here reads the environment or a
//! clock, or installs a signal handler; callers pass the values that are needed.
//!
//! The client's builder decides whether telemetry is on. It evaluates the [`StoredConsent`] together
//! with the environment. If neither decides, [`ask_consent`](crate::ClientBuilder::ask_consent) shows
//! the [`Prompt`] and stores the answer in the [`ConsentFile`].
//!
//! `file` reads the file, `write` writes it, `prompt` asks the question on a
//! `terminal`, and `settings` holds the declaration of a product.
//!
//! # Differences from the original Python code
//!
//! - The environment cannot override a stored no: any opt-out takes precedence.
//! - A file that is not valid or cannot be read is a no. The original asked again, so pressing
//!   Enter could opt in a user who had answered no.
//! - Enter means no unless the product changes it ([`Prompt::default_answer`]). The end of input and an
//!   interrupt turn telemetry off for this run. They store nothing unless the product changes it
//!   ([`Prompt::store_no_at_end_of_input`]).
//! - An answer that is neither a yes nor a no causes one more question and is never stored. The
//!   original stored a no for any other text.
//! - Input from before the question is discarded, the wait for an answer is bounded, and a process in
//!   the background is not asked. The original took Enter from before the question as a yes, waited
//!   indefinitely, and was stopped in the background.
//! - Writing keeps the user's own keys and comments and is atomic. The original wrote to the file
//!   directly.
//! - An error while reading the answer turns telemetry off for this run. The original raised an
//!   exception.

pub(crate) mod file;
#[cfg_attr(feature = "off", path = "../off/consent/prompt.rs")]
pub(crate) mod prompt;
#[cfg_attr(feature = "off", path = "../off/consent/settings.rs")]
pub(crate) mod settings;
pub(crate) mod terminal;
pub(crate) mod write;

pub use self::file::{ConsentFile, StoredConsent};
pub use self::prompt::{Prompt, PromptOutcome};
pub use self::settings::ProductConsent;
pub use self::terminal::{Input, IoTerminal, StdTerminal, Terminal};
pub use self::write::WriteError;

/// The user's answer to the consent question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Telemetry may run.
    Yes,
    /// Telemetry must not run.
    No,
}

impl Answer {
    /// The value in the file: `enabled` or `disabled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "enabled",
            Self::No => "disabled",
        }
    }
}
