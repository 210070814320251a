//! A person's stored answer, and the prompt that asks for it.
//!
//! Must never find a yes that was not given, never forget a no, and never bring its host down: a
//! file that cannot be read or is not valid counts as a no, and an answer that cannot be written is
//! an error value. Nothing here reads the environment, reads the time or installs a signal handler;
//! callers pass what is needed.
//!
//! Whether telemetry is on is decided in one place, by the client's builder. It evaluates the
//! [`StoredConsent`] answer together with the environment. Where both are silent,
//! [`ask_consent`](crate::ClientBuilder::ask_consent) shows the [`Prompt`], and [`ConsentFile`] keeps
//! the answer.
//!
//! `file` holds reading, `write` writing, `prompt` the question, `product` the settings of a
//! product.
//!
//! # Differences from the originals
//!
//! - A stored no is not overruled by the environment: any refusal wins.
//! - A file that is not valid or cannot be read is a no. The original asked again, and Enter opted
//!   in a user who had said no.
//! - Enter means no unless the product says otherwise ([`Prompt::default_answer`]); end of input and
//!   interrupt mean off now and store nothing unless the product says otherwise
//!   ([`Prompt::store_no_at_end_of_input`]).
//! - Writing keeps the user's own keys and comments, and never leaves half a file; the original
//!   wrote in place.
//! - An error while reading the answer means off now; the original raised it.

pub(crate) mod file;
pub(crate) mod prompt;
pub(crate) mod settings;
pub(crate) mod write;

pub use self::file::{ConsentFile, StoredConsent};
pub use self::prompt::{Input, IoTerminal, Prompt, PromptOutcome, StdTerminal, Terminal};
pub use self::settings::ProductConsent;
pub use self::write::WriteError;

/// What a person says to telemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Telemetry may run.
    Yes,
    /// Telemetry must not run.
    No,
}

impl Answer {
    /// The word for it in the file: `enabled` or `disabled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "enabled",
            Self::No => "disabled",
        }
    }
}
