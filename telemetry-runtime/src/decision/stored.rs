//! Reads the files that can opt out: the administrator's file, the product's marker file and the consent
//! file.
//!
//! The paths are resolved once, when the client is built; the files may be read at any time. Reading
//! never blocks, and a file that cannot be read opts out.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::administrator::{AdministratorFiles, Forbidden};
#[cfg(feature = "consent")]
use crate::{
    consent::{
        file::{ConsentFile, StoredConsent},
        settings::ProductConsent,
    },
    util::platform::files,
};
use crate::{
    product::Product,
    util::{
        env::{ASK_ACCOUNT, EnvLookup, is_absent},
        places::{Place, Places, UserFolders},
        platform::account,
    },
};

/// Paths of the opt-out files.
#[derive(Debug, Clone)]
pub(crate) struct OptOutFiles {
    pub(crate) administrator: AdministratorFiles,
    known: Paths,
    /// Set if the name service must be queried for the home directory of the account.
    account: Option<InAccount>,
}

/// The files of a product in a home directory that is not known yet.
#[derive(Debug, Clone)]
struct InAccount {
    folders: UserFolders,
    marker: Places,
    /// `None` also if a variable names the file.
    #[cfg(feature = "consent")]
    consent: Option<ProductConsent>,
}

#[derive(Debug, Clone)]
struct Paths {
    markers: Vec<Place>,
    #[cfg(feature = "consent")]
    consent: Option<ConsentFile>,
}

/// The content of the files at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StoredSignals {
    /// An administrator's file that forbids telemetry.
    pub(crate) forbidden: Option<Forbidden>,
    /// The home directory is not known, so a file in it may opt out.
    pub(crate) home_unknown: bool,
    pub(crate) marker: Marker,
    /// The marker file that refuses, as messages show it.
    pub(crate) marker_shown: String,
    /// `None` if the user has not answered the current prompt.
    pub(crate) answer: Option<StoredAnswer>,
    /// Latest modification time of the consent files, which distinguishes a new yes from an old one.
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
    /// The process has no file descriptor or memory left to read the file.
    NoDescriptor,
}

impl OptOutFiles {
    pub(crate) fn of(product: &'static Product, lookup: &EnvLookup<'_>) -> Self {
        let marker = product.marker;
        #[cfg(feature = "consent")]
        let consent = (product.consent).filter(|consent| consent.moved_to(lookup).is_none());
        let places = [
            marker,
            #[cfg(feature = "consent")]
            consent.map_or(marker, |consent| consent.places),
        ];
        let folders = UserFolders::of(&places, lookup);
        let known = Paths {
            markers: marker.resolve(&folders),
            #[cfg(feature = "consent")]
            consent: product.consent.as_ref().and_then(|it| it.file(lookup)),
        };
        let in_home = places.iter().any(Places::is_declared);
        let ask = in_home && lookup(ASK_ACCOUNT).is_some();
        Self {
            administrator: AdministratorFiles::of(product, lookup),
            known,
            account: ask.then_some(InAccount {
                folders,
                marker,
                #[cfg(feature = "consent")]
                consent,
            }),
        }
    }

    /// True if there is no file to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty() && self.account.is_none() && self.administrator.is_empty()
    }

    /// True if the user's answer can only be in a home directory that is not known yet.
    #[cfg(feature = "consent")]
    pub(crate) fn answer_is_in_account(&self) -> bool {
        let in_account = |account: &InAccount| account.consent.is_some();
        self.known.consent.is_none() && self.account.as_ref().is_some_and(in_account)
    }

    /// Reads the user's files whose paths are known. Never queries the name service.
    pub(crate) fn read_known(&self) -> StoredSignals {
        self.known.read()
    }

    /// Reads all files. May query the name service for the home directory of the account.
    pub(crate) fn read(&self) -> StoredSignals {
        let stored = StoredSignals {
            forbidden: self.administrator.read(),
            ..self.read_known()
        };
        let Some(account) = &self.account else {
            return stored;
        };
        match account::home() {
            Some(home) => stored.and(account.paths_in(home).read()),
            None => StoredSignals {
                home_unknown: true,
                ..stored
            },
        }
    }
}

impl InAccount {
    fn paths_in(&self, home: PathBuf) -> Paths {
        let folders = self.folders.with_home(home);
        Paths {
            markers: self.marker.resolve(&folders),
            #[cfg(feature = "consent")]
            consent: self.consent.as_ref().and_then(|it| it.file_in(&folders)),
        }
    }
}

impl Paths {
    fn is_empty(&self) -> bool {
        #[cfg(feature = "consent")]
        if self.consent.is_some() {
            return false;
        }
        self.markers.is_empty()
    }

    fn read(&self) -> StoredSignals {
        let (answer, written) = self.answer();
        let (marker, marker_shown) = self.marker();
        StoredSignals {
            forbidden: None,
            home_unknown: false,
            marker,
            marker_shown,
            answer,
            written,
        }
    }

    /// The first marker file that refuses, and its path as messages show it.
    fn marker(&self) -> (Marker, String) {
        let states = self
            .markers
            .iter()
            .map(|place| (Marker::at(&place.path), place));
        let refusal = states
            .filter(|(marker, _)| marker.refuses())
            .map(|(marker, place)| (marker, place.shown.clone()));
        refusal.into_iter().next().unwrap_or_default()
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
    /// The signals of two home directories: a refusal in one of them counts.
    fn and(self, other: Self) -> Self {
        let other_decides = !self.answer_refuses() && other.answer.is_some();
        let (marker, marker_shown) = if self.marker.refuses() {
            (self.marker, self.marker_shown)
        } else {
            (other.marker, other.marker_shown)
        };
        let (answer, written) = if other_decides {
            (other.answer, other.written)
        } else {
            (self.answer, self.written)
        };
        Self {
            forbidden: self.forbidden.or(other.forbidden),
            home_unknown: self.home_unknown || other.home_unknown,
            marker,
            marker_shown,
            answer,
            written,
        }
    }

    /// Adds the answer of this run, which may not have been stored. A stored no takes precedence over
    /// a yes of this run.
    pub(crate) fn with_answer(mut self, answer: Option<StoredAnswer>) -> Self {
        if matches!(self.answer, None | Some(StoredAnswer::Yes)) {
            self.answer = answer.or(self.answer);
        }
        self
    }

    fn answer_refuses(&self) -> bool {
        !matches!(self.answer, None | Some(StoredAnswer::Yes))
    }

    /// True if a file of the user opts out.
    pub(crate) fn user_refuses(&self) -> bool {
        self.home_unknown || self.marker.refuses() || self.answer_refuses()
    }

    /// True if the process lacks the resources to check for a refusal, and no other file refuses.
    pub(crate) fn is_unknown(&self) -> bool {
        let no_descriptor = self.answer == Some(StoredAnswer::NoDescriptor);
        let unknown = no_descriptor || self.forbidden.is_some_and(Forbidden::is_unknown);
        let known = self.forbidden.is_some_and(|it| !it.is_unknown());
        let refused = self.marker.refuses() || (self.answer_refuses() && !no_descriptor);
        unknown && !known && !refused
    }

    /// True if the user agreed since `before`: a yes was written, or the marker file was removed.
    ///
    /// After a refusal `by_program`, a file that could not be read before counts as unchanged. After
    /// any other refusal the file itself refused, so it is enough that it can be read again.
    pub(crate) fn agrees_since(&self, before: &Self, by_program: bool) -> bool {
        let yes = Some(StoredAnswer::Yes);
        let unread = matches!(
            before.answer,
            Some(StoredAnswer::Unreadable | StoredAnswer::NoDescriptor)
        );
        let was_yes = before.answer == yes || (by_program && unread);
        let answered = self.answer == yes && !(was_yes && before.written == self.written);
        let marked = match before.marker {
            Marker::Absent => false,
            Marker::Present => true,
            Marker::Unknown => !by_program,
        };
        answered || (marked && !self.marker.refuses())
    }
}

/// The answer in the file and the file's modification time.
#[cfg(feature = "consent")]
fn stored_answer(file: &ConsentFile) -> (Option<StoredAnswer>, Option<SystemTime>) {
    let modified = |path| fs::metadata(path).and_then(|found| found.modified()).ok();
    let written = file.paths().filter_map(modified).max();
    let mut stored = file.read();
    if stored == StoredConsent::Unreadable {
        if files::lacks_descriptors() {
            return (Some(StoredAnswer::NoDescriptor), written);
        }
        // Another thread may have closed a file since.
        stored = file.read();
    }
    let answer = match stored {
        StoredConsent::Yes { .. } => Some(StoredAnswer::Yes),
        StoredConsent::No { .. } => Some(StoredAnswer::No),
        StoredConsent::Invalid => Some(StoredAnswer::Invalid),
        StoredConsent::Unreadable => Some(StoredAnswer::Unreadable),
        StoredConsent::Absent | StoredConsent::Stale { .. } => None,
    };
    (answer, written)
}
