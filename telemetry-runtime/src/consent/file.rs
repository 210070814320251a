//! The consent file, which stores the user's answer: its location and reading it.
//!
//! **Invariants.** Reading never blocks, even if the path is a FIFO. It reads at most 64 KiB, and
//! never finds a yes in a file that is not valid.
//!
//! The answer is the table `[telemetry]` with `consent = "enabled"` or `"disabled"`, `consented_at`
//! (RFC 3339, UTC, seconds) and `prompt_version`. A no counts under every prompt version, a yes only
//! under the current one: a yes to another version is stale, and the user has to be asked again.
//! Without a file, or without the key `telemetry.consent`, there is no answer yet. Any other content
//! is a no.
//!
//! Reading follows a symbolic link, because users link such files to a repository of settings.
//! Writing replaces the link and never its target (see `write`).

use std::{
    borrow::Cow,
    io,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item, TableLike};

use super::Answer;
use crate::util::{
    env::{self, EnvLookup, is_absent},
    fs::{beside, remove},
    read::read_regular,
};

/// Largest file that is read, in bytes. A file with only an answer takes about 100.
const MAX_BYTES: u64 = 64 * 1024;

/// Name of the TOML table that holds the answer.
pub(super) const TABLE: &str = "telemetry";

/// The file that stores the user's answer, for one version of the prompt.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use telemetry_runtime::consent::{Answer, ConsentFile, StoredConsent};
/// # if cfg!(feature = "off") { return Ok(()); } // stores no answer
///
/// # let folder = std::env::temp_dir().join(format!("consent-{}", fastrand::u64(..)));
/// let path = folder.join("telemetry.toml");
/// let file = ConsentFile::new(&path, "1.0").header("Run `tool telemetry` to change.");
/// assert_eq!(file.read(), StoredConsent::Absent);
///
/// file.write(Answer::Yes, UNIX_EPOCH + Duration::from_secs(1_767_323_045))?;
/// assert_eq!(
///     std::fs::read_to_string(&path).unwrap(),
///     "# Run `tool telemetry` to change.\n\
///      [telemetry]\n\
///      consent = \"enabled\"\n\
///      consented_at = \"2026-01-02T03:04:05Z\"\n\
///      prompt_version = \"1.0\"\n",
/// );
/// // The disclosed data has changed: a yes to the old version does not count for the new one.
/// let newer = ConsentFile::new(&path, "1.1");
/// assert_eq!(newer.read(), StoredConsent::Stale { version: Some("1.0".into()) });
/// # std::fs::remove_dir_all(folder).unwrap();
/// # Ok::<(), telemetry_runtime::consent::WriteError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ConsentFile {
    path: PathBuf,
    /// Files of earlier versions of the program.
    previous: Vec<PathBuf>,
    prompt_version: Cow<'static, str>,
    header: Cow<'static, str>,
}

/// The content of a consent file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredConsent {
    /// No answer yet: there is no file, or it is valid and has no key `telemetry.consent`.
    Absent,
    /// A yes to the current prompt version.
    Yes {
        /// The prompt version that was answered.
        version: String,
        /// Time of the answer in RFC 3339; `None` if it is missing from the file.
        at: Option<String>,
    },
    /// A yes to another prompt version: telemetry is off until the user answers again.
    Stale {
        /// The prompt version that was answered; `None` if it is missing from the file.
        version: Option<String>,
    },
    /// A no, to any prompt version.
    No {
        /// The prompt version that was answered; `None` if it is missing from the file.
        version: Option<String>,
    },
    /// The file is not valid, which counts as a no. It is not TOML, not UTF-8, larger than 64 KiB, or
    /// has a value that this program does not write.
    Invalid,
    /// The file cannot be read, which counts as a no. This includes a folder, FIFO or device at its
    /// path.
    Unreadable,
}

impl ConsentFile {
    /// The file at `path`, for this version of the prompt.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, prompt_version: impl Into<Cow<'static, str>>) -> Self {
        Self {
            path: path.into(),
            previous: Vec::new(),
            prompt_version: prompt_version.into(),
            header: Cow::Borrowed(""),
        }
    }

    /// Comment lines at the top of a new file, such as how to change the answer. Default: none.
    #[must_use]
    pub fn header(mut self, lines: impl Into<Cow<'static, str>>) -> Self {
        self.header = lines.into();
        self
    }

    /// Adds the files of earlier versions.
    pub(super) fn previous(mut self, paths: impl Iterator<Item = PathBuf>) -> Self {
        self.previous.extend(paths);
        self
    }

    /// The files of earlier versions, each alone.
    pub(super) fn previous_files(&self) -> impl Iterator<Item = Self> {
        self.previous.iter().map(|path| Self {
            path: path.clone(),
            previous: Vec::new(),
            prompt_version: self.prompt_version.clone(),
            header: self.header.clone(),
        })
    }

    /// The paths that can have an answer, the path of the file first.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(self.path()).chain(self.previous.iter().map(PathBuf::as_path))
    }

    /// The path of a product's file: the value of `variable` if it is set and not empty, otherwise
    /// `path_in_home` in the home directory. A relative value is resolved against the current
    /// directory. `None` if neither is available; then no answer can be stored.
    ///
    /// `lookup` reads environment variables. The home directory is `HOME` (on Windows
    /// `USERPROFILE`) if that is an absolute path.
    ///
    /// ```
    /// use std::path::Path;
    /// use telemetry_runtime::consent::ConsentFile;
    ///
    /// let path = |home: Option<&'static str>| {
    ///     let lookup = |name: &str| home.filter(|_| name != "MY_FILE").map(Into::into);
    ///     ConsentFile::resolve_path(&lookup, Some("MY_FILE"), ".config/my/telemetry.toml")
    /// };
    /// assert_eq!(path(None), None);
    /// # #[cfg(unix)]
    /// assert_eq!(path(Some("/home/alice")).unwrap(), Path::new("/home/alice/.config/my/telemetry.toml"));
    /// ```
    #[must_use]
    pub fn resolve_path(
        lookup: &EnvLookup<'_>,
        variable: Option<&str>,
        path_in_home: &str,
    ) -> Option<PathBuf> {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        if let Some(path) = variable.and_then(set) {
            // The current directory can change while the program runs.
            return std::path::absolute(path).ok();
        }
        env::path_in_home(lookup, path_in_home)
    }

    /// Path of the file, where a new answer is stored.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the answer. Never fails and never blocks; an error is a [`StoredConsent`] too.
    ///
    /// If there is also a [previous file](super::ProductConsent::previous_file), a no in one of the
    /// files counts. Otherwise the first file with an answer decides.
    #[must_use]
    pub fn read(&self) -> StoredConsent {
        self.read_with_path().0
    }

    /// The answer in effect, and the path of its file. Without an answer, the path of the file.
    pub(crate) fn read_with_path(&self) -> (StoredConsent, PathBuf) {
        let mut found = (self.read_alone(), self.path.clone());
        for file in self.previous_files() {
            if found.0.answer() == Some(Answer::No) {
                break;
            }
            let stored = file.read_alone();
            let refuses = stored.answer() == Some(Answer::No);
            if refuses || (found.0 == StoredConsent::Absent && stored != StoredConsent::Absent) {
                found = (stored, file.path);
            }
        }
        found
    }

    /// The answer in this file, without those of earlier versions.
    pub(super) fn read_alone(&self) -> StoredConsent {
        match self.contents() {
            Ok(Contents::Missing) => StoredConsent::Absent,
            Ok(Contents::Complete(bytes)) => self.classify(&bytes),
            Ok(Contents::TooLarge) => StoredConsent::Invalid,
            Err(_) => StoredConsent::Unreadable,
        }
    }

    /// Removes the file, and those of earlier versions. After that there is no answer, as before the
    /// first prompt.
    ///
    /// # Errors
    ///
    /// The first error of the file system. A missing file is not an error.
    pub fn remove(&self) -> io::Result<()> {
        let results = self.paths().map(remove);
        results.fold(Ok(()), io::Result::and)
    }

    pub(super) fn prompt_version(&self) -> &str {
        &self.prompt_version
    }

    pub(super) fn header_lines(&self) -> &str {
        &self.header
    }

    /// Paths that preserve a file whose text the answer cannot be merged into.
    pub(super) fn replaced_paths(&self) -> impl Iterator<Item = PathBuf> {
        replaced_paths_of(&self.path)
    }

    /// The file's content, if it has at most [`MAX_BYTES`].
    pub(super) fn contents(&self) -> io::Result<Contents> {
        if cfg!(feature = "off") {
            let why = "compiled without telemetry";
            return Err(io::Error::new(io::ErrorKind::Unsupported, why));
        }
        match read_regular(&self.path, MAX_BYTES) {
            Ok(Some(bytes)) => Ok(Contents::Complete(bytes)),
            Ok(None) => Ok(Contents::TooLarge),
            Err(error) if is_absent(&error) => Ok(Contents::Missing),
            Err(error) => Err(error),
        }
    }

    /// The answer in a file that contains `bytes`.
    pub(super) fn classify(&self, bytes: &[u8]) -> StoredConsent {
        let Some(document) = parse(bytes) else {
            return StoredConsent::Invalid;
        };
        let Some(table) = document.get(TABLE) else {
            return StoredConsent::Absent;
        };
        let Some(table) = table.as_table_like() else {
            return StoredConsent::Invalid;
        };
        let Some(consent) = table.get("consent") else {
            return StoredConsent::Absent;
        };
        let version = table.get("prompt_version");
        let version_text = version.and_then(Item::as_str);
        match consent.as_str() {
            Some("disabled") => StoredConsent::No {
                version: version_text.map(str::to_owned),
            },
            Some("enabled") if version_text == Some(&self.prompt_version) => StoredConsent::Yes {
                version: self.prompt_version.clone().into_owned(),
                at: consented_at(table),
            },
            Some("enabled") if version.is_some() == version_text.is_some() => {
                StoredConsent::Stale {
                    version: version_text.map(str::to_owned),
                }
            }
            _ => StoredConsent::Invalid,
        }
    }
}

/// Paths that preserve the file at `path` if the answer cannot be merged into its text.
pub(crate) fn replaced_paths_of(path: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let first = beside(path, ".replaced");
    let others = {
        let first = first.clone();
        (1..10).map(move |number| beside(&first, &format!(".{number}")))
    };
    std::iter::once(first).chain(others)
}

/// The result of reading the file.
pub(super) enum Contents {
    Missing,
    Complete(Vec<u8>),
    /// More than 64 KiB.
    TooLarge,
}

impl StoredConsent {
    /// The answer in effect; `None` if the user has to be asked.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        match self {
            Self::Yes { .. } => Some(Answer::Yes),
            Self::No { .. } | Self::Invalid | Self::Unreadable => Some(Answer::No),
            Self::Absent | Self::Stale { .. } => None,
        }
    }
}

pub(super) fn parse(bytes: &[u8]) -> Option<DocumentMut> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// The time of the answer, if it has only characters of a timestamp: it is printed on terminals.
fn consented_at(table: &dyn TableLike) -> Option<String> {
    let item = table.get("consented_at")?;
    let text = match item.as_datetime() {
        Some(time) => time.to_string(),
        None => item.as_str()?.to_owned(),
    };
    let allowed = |byte: u8| byte.is_ascii_digit() || b"TZtz:+-. ".contains(&byte);
    (text.len() <= 40 && text.bytes().all(allowed)).then_some(text)
}
