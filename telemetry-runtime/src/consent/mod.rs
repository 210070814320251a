//! A person's stored answer, and the prompt that asks for it.
//!
//! Must never turn telemetry on without a person's yes, never forget a no, and never bring its host
//! down: what is no answer counts as never asked, what may not be read as a no, and what cannot be
//! written is a value. Nothing here reads the environment, asks for the time or installs a signal
//! handler; callers hand in what is needed. How it works: [`resolve()`] judges the environment's
//! word and the [`Stored`] answer; only when neither decides, [`Prompt`] asks, and [`ConsentFile`]
//! keeps what was answered. [`settle`] is the three in a row.
//!
//! `resolve` holds the order, `file` reading, `write` writing, `refusal` what counts as a no in a
//! file that says nothing else, `prompt` the question, `product` what a product says about it.
//!
//! # What differs from the originals
//!
//! - A stored no is not overruled by the environment: any refusal wins.
//! - A file that is no answer but whose text holds a refusal stays a refusal; the original asked
//!   again, and Enter opted in a person who had said no.
//! - Enter means no unless the product says otherwise ([`Prompt::enter_means`]); end of input and
//!   interrupt mean off now and store nothing unless the product says otherwise
//!   ([`Prompt::store_no_at_end_of_input`]).
//! - Writing keeps a person's own keys and comments, and never leaves half a file; the original
//!   wrote in place.
//! - An error while reading the answer means off now; the original raised it.

pub(crate) mod file;
pub(crate) mod prompt;
pub(crate) mod refusal;
pub(crate) mod resolve;
pub(crate) mod settings;
pub(crate) mod write;

use std::time::SystemTime;

pub use self::file::{AskAgain, ConsentFile, Stored};
pub use self::prompt::{Asked, Line, Prompt, StandardStreams, Streams, Terminal};
pub use self::resolve::{Decider, Resolution, resolve};
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

/// What [`settle`] came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Settled {
    /// Whether telemetry is on in this run.
    pub on: bool,
    /// What decided before anybody was asked, or that the prompt had to.
    pub resolution: Resolution,
    /// What came of the prompt; [`Asked::Nobody`] when it was not needed or could not be shown.
    pub asked: Asked,
    /// What became of storing the answer; `None` when there was nothing to store. A failure
    /// changes nothing in this run: the answer holds.
    pub stored: Option<Result<Answer, WriteError>>,
}

/// Decides whether telemetry is on for a product that needs a person's consent: the environment,
/// then the stored answer, then the prompt; otherwise off.
///
/// `environment` is what the environment says: nothing, no or yes (see [`resolve()`]). `file` is
/// `None` where there is no place to keep an answer, such as without a home directory: then nobody
/// is asked, since nobody wants to be asked each time. `now` is stored with the answer.
///
/// ```
/// use std::time::UNIX_EPOCH;
/// use telemetry_runtime::consent::{ConsentFile, Prompt, Stored, Streams, settle};
///
/// # let folder = std::env::temp_dir().join(format!("settle-{}", fastrand::u64(..)));
/// let file = ConsentFile::new(folder.join("telemetry.toml"), "1.0");
/// let prompt = Prompt::new("We count commands.\n", "Allow anonymous telemetry?");
/// let mut person = Streams::terminal(b"yes\n".as_slice(), Vec::new());
///
/// let settled = settle(None, Some(&file), &prompt, &mut person, UNIX_EPOCH);
/// assert!(settled.on);
/// assert!(matches!(file.read(), Stored::Yes { .. }));
/// # std::fs::remove_dir_all(folder).unwrap();
/// ```
pub fn settle(
    environment: Option<bool>,
    file: Option<&ConsentFile>,
    prompt: &Prompt,
    terminal: &mut impl Terminal,
    now: SystemTime,
) -> Settled {
    let stored = file.map_or(Stored::Never, ConsentFile::read);
    let resolution = resolve(environment, &stored);
    let mut settled = Settled {
        on: matches!(resolution, Resolution::On(_)),
        resolution,
        asked: Asked::Nobody,
        stored: None,
    };
    let (Resolution::Ask, Some(file)) = (resolution, file) else {
        return settled;
    };
    settled.asked = prompt.ask(terminal);
    settled.on = settled.asked == Asked::Answered(Answer::Yes);
    let to_store = prompt.to_store(settled.asked);
    settled.stored = to_store.map(|answer| file.write(answer, now).map(|()| answer));
    settled
}
