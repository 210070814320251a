//! What people said in files: the product's marker, and their stored answer.
//!
//! The paths are found once, when the client is built, and the environment is not asked again. What
//! the files say may be read at any time; reading them fails closed and never waits for anybody.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

#[cfg(feature = "consent")]
use crate::consent::file::{ConsentFile, StoredConsent};
use crate::{
    product::Product,
    util::env::{Lookup, is_absent, path_in_home},
};

/// Where a person's word may be.
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
    /// `None`: the user has to be asked.
    pub(crate) answer: Option<StoredAnswer>,
    /// When the answer was written: distinguishes a new yes from an old one.
    written: Option<SystemTime>,
}

/// Whether the marker file is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Marker {
    #[default]
    Absent,
    Present,
    /// The file system does not say. Refuses like a marker that is there.
    Unknown,
}

/// An answer that counts. Everything except a yes refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "consent"),
    expect(dead_code, reason = "there is no file")
)]
pub(crate) enum StoredAnswer {
    Yes,
    No,
    Invalid,
    Unreadable,
}

impl OptOutFiles {
    pub(crate) fn of(product: &Product, lookup: Lookup<'_>) -> Self {
        let marker = product.marker_file;
        Self {
            marker: marker.and_then(|below| path_in_home(lookup, below)),
            #[cfg(feature = "consent")]
            consent: product.consent.as_ref().and_then(|it| it.file(lookup)),
        }
    }

    /// True when there is no file that could say anything.
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
    #[expect(clippy::unused_self, reason = "with consent there is an answer")]
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
    /// The same with the answer of this run, which may not have been stored. A stored no outranks a
    /// yes of this run.
    pub(crate) fn with_answer(mut self, answer: Option<StoredAnswer>) -> Self {
        if matches!(self.answer, None | Some(StoredAnswer::Yes)) {
            self.answer = answer.or(self.answer);
        }
        self
    }

    /// True when it holds a person's agreement that `before` did not: a yes that was written since,
    /// or the marker taken away.
    pub(crate) fn agrees_since(&self, before: &Self) -> bool {
        let yes = Some(StoredAnswer::Yes);
        let was_yes = before.answer == yes && before.written == self.written;
        (self.answer == yes && !was_yes) || (before.marker.refuses() && !self.marker.refuses())
    }
}

/// The answer in the file, and when it was written.
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
