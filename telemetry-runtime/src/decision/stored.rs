//! What people said in files: the product's marker, and their stored answer.
//!
//! The paths are found once, when the client is built, and the environment is not asked again. What
//! the files say may be read at any time; reading them fails closed and never waits for anybody.

#[cfg(feature = "consent")]
use crate::consent::{Answer, file::ConsentFile};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::gate::Lookup;
use crate::{product::Product, util::env::below_home};

/// Where a person's word may be.
#[derive(Debug, Clone)]
pub(crate) struct PersonsFiles {
    marker: Option<PathBuf>,
    #[cfg(feature = "consent")]
    consent: Option<ConsentFile>,
}

/// What the files said at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// The marker is there.
    pub(crate) marker: bool,
    pub(crate) answer: Option<bool>,
    /// When the answer was written: tells a new yes from an old one.
    written: Option<SystemTime>,
}

impl PersonsFiles {
    pub(crate) fn of(product: &Product, lookup: Lookup<'_>) -> Self {
        let marker = product.marker_file;
        Self {
            marker: marker.and_then(|below| below_home(lookup, below)),
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

    pub(crate) fn read(&self) -> Word {
        let (answer, written) = self.answer();
        Word {
            marker: self.marker.as_deref().is_some_and(is_marker),
            answer,
            written,
        }
    }

    #[cfg(feature = "consent")]
    fn answer(&self) -> (Option<bool>, Option<SystemTime>) {
        let Some(file) = &self.consent else {
            return (None, None);
        };
        let written = fs::metadata(file.path()).and_then(|found| found.modified());
        let answer = file.read().answer();
        (answer.map(|answer| answer == Answer::Yes), written.ok())
    }

    #[cfg(not(feature = "consent"))]
    #[expect(clippy::unused_self, reason = "with consent there is an answer")]
    fn answer(&self) -> (Option<bool>, Option<SystemTime>) {
        (None, None)
    }
}

/// True when a marker file is at `path`, as far as anybody may look.
pub(crate) fn is_marker(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(found) => found.is_file(),
        // It may be there: fail closed.
        Err(error) => error.kind() == ErrorKind::PermissionDenied,
    }
}

impl Word {
    /// The same with what a person answered in this run, which may not have been stored. A no counts
    /// wherever it comes from.
    pub(crate) fn with_answer(mut self, answer: Option<bool>) -> Self {
        if self.answer != Some(false) {
            self.answer = answer.or(self.answer);
        }
        self
    }

    /// True when it holds a person's agreement that `before` did not: a yes that was written since,
    /// or the marker taken away.
    pub(crate) fn agrees_since(&self, before: &Self) -> bool {
        let was_yes = before.answer == Some(true) && before.written == self.written;
        (self.answer == Some(true) && !was_yes) || (before.marker && !self.marker)
    }
}
