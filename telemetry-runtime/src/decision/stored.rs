//! Reads the files with the user's choice: the product's marker file and the consent file.
//!
//! The paths are resolved once, when the client is built; the files may be read at any time. Reading
//! never blocks, and a file that cannot be read opts out.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

#[cfg(feature = "consent")]
use crate::consent::file::{ConsentFile, StoredConsent};
use crate::{
    product::Product,
    util::env::{EnvLookup, is_absent, path_in_home},
};

/// Paths of the opt-out files.
#[derive(Debug, Clone)]
pub(crate) struct OptOutFiles {
    marker: Option<PathBuf>,
    #[cfg(feature = "consent")]
    consent: Option<ConsentFile>,
}

/// The content of the files at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StoredSignals {
    pub(crate) marker: Marker,
    /// `None` if the user has not answered the current prompt.
    pub(crate) answer: Option<StoredAnswer>,
    /// Modification time of the consent file, which distinguishes a new yes from an old one.
    written: Option<SystemTime>,
}

/// State of the marker file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Marker {
    #[default]
    Absent,
    Present,
    /// The file system returned an error. Opts out, as a marker that exists does.
    Unknown,
}

/// The answer in effect. Every variant except `Yes` opts out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "consent"),
    expect(dead_code, reason = "without consent files, only `None` occurs")
)]
pub(crate) enum StoredAnswer {
    Yes,
    No,
    Invalid,
    Unreadable,
}

impl OptOutFiles {
    pub(crate) fn of(product: &Product, lookup: &EnvLookup<'_>) -> Self {
        let marker = product.marker_file;
        Self {
            marker: marker.and_then(|path| path_in_home(lookup, path)),
            #[cfg(feature = "consent")]
            consent: product.consent.as_ref().and_then(|it| it.file(lookup)),
        }
    }

    /// True if there is no file to read.
    pub(crate) fn is_empty(&self) -> bool {
        #[cfg(feature = "consent")]
        if self.consent.is_some() {
            return false;
        }
        self.marker.is_none()
    }

    pub(crate) fn read(&self) -> StoredSignals {
        let (answer, written) = self.answer();
        StoredSignals {
            marker: self.marker.as_deref().map_or(Marker::Absent, Marker::at),
            answer,
            written,
        }
    }

    #[cfg(feature = "consent")]
    fn answer(&self) -> (Option<StoredAnswer>, Option<SystemTime>) {
        self.consent.as_ref().map_or((None, None), stored_answer)
    }

    #[cfg(not(feature = "consent"))]
    #[expect(
        clippy::unused_self,
        reason = "the version with `consent` reads a field"
    )]
    fn answer(&self) -> (Option<StoredAnswer>, Option<SystemTime>) {
        (None, None)
    }
}

impl Marker {
    pub(crate) fn at(path: &Path) -> Self {
        match fs::metadata(path) {
            Ok(found) if found.is_file() => Self::Present,
            Ok(_) => Self::Absent,
            Err(error) if is_absent(&error) => Self::Absent,
            Err(_) => Self::Unknown,
        }
    }

    pub(crate) fn refuses(self) -> bool {
        self != Self::Absent
    }
}

impl StoredSignals {
    /// Adds the answer of this run, which may not have been stored. A stored no takes precedence
    /// over a yes that was given in this run.
    pub(crate) fn with_answer(mut self, answer: Option<StoredAnswer>) -> Self {
        if matches!(self.answer, None | Some(StoredAnswer::Yes)) {
            self.answer = answer.or(self.answer);
        }
        self
    }

    /// True if the user agreed since `before`: a yes was written, or the marker file was removed.
    pub(crate) fn agrees_since(&self, before: &Self) -> bool {
        let yes = Some(StoredAnswer::Yes);
        let was_yes = before.answer == yes && before.written == self.written;
        (self.answer == yes && !was_yes) || (before.marker.refuses() && !self.marker.refuses())
    }
}

/// The answer in the file and the file's modification time.
#[cfg(feature = "consent")]
fn stored_answer(file: &ConsentFile) -> (Option<StoredAnswer>, Option<SystemTime>) {
    let written = fs::metadata(file.path()).and_then(|found| found.modified());
    let answer = match file.read() {
        StoredConsent::Yes { .. } => Some(StoredAnswer::Yes),
        StoredConsent::No { .. } => Some(StoredAnswer::No),
        StoredConsent::Invalid => Some(StoredAnswer::Invalid),
        StoredConsent::Unreadable => Some(StoredAnswer::Unreadable),
        StoredConsent::Absent | StoredConsent::Stale { .. } => None,
    };
    (answer, written.ok())
}
