//! The file that keeps a person's answer, and reading it.
//!
//! Must never wait (a FIFO at its path is not opened for long), never read more than 64 KiB, and
//! never find a yes in a file that is not valid. The answer is the table `[telemetry]` with
//! `consent = "enabled"` or `"disabled"`, `consented_at` (RFC 3339, UTC, seconds) and
//! `prompt_version`. A no counts under every prompt version; a yes only under the present one.
//!
//! A valid yes is a yes. A yes to another version has to be given again. Without a file, or without
//! the key `telemetry.consent` in it, the user was never asked. Anything else is a no.
//!
//! A symbolic link is followed for reading, as people keep such files elsewhere; writing replaces
//! the link and never what it points at (see `write`).

use std::{
    borrow::Cow,
    ffi::OsString,
    fs::{self, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item, TableLike};

use super::Answer;
use crate::util::{
    env::{is_absent, path_in_home},
    fs::{Links, beside, not_a_regular_file, open_regular, remove},
};

/// Longest file that is read, in bytes. An answer takes about 100.
const MAX_BYTES: u64 = 64 * 1024;

/// The table with the answer.
pub(super) const TABLE: &str = "telemetry";

/// A file with a person's answer, for one version of the prompt.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use telemetry_runtime::consent::{Answer, ConsentFile, StoredConsent};
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
/// // The disclosed text has changed: a yes to the old text does not count for the new one.
/// let newer = ConsentFile::new(&path, "1.1");
/// assert_eq!(newer.read(), StoredConsent::Stale { version: Some("1.0".into()) });
/// # std::fs::remove_dir_all(folder).unwrap();
/// # Ok::<(), telemetry_runtime::consent::WriteError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ConsentFile {
    path: PathBuf,
    prompt_version: Cow<'static, str>,
    header: Cow<'static, str>,
}

/// The answer in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredConsent {
    /// Never asked: there is no file, or a valid one without the key `telemetry.consent`.
    Absent,
    /// A yes to the present prompt.
    Yes {
        /// The prompt that was answered.
        version: String,
        /// When, in RFC 3339; `None` when the file does not say.
        at: Option<String>,
    },
    /// A yes to another prompt: off until the user is asked again.
    Stale {
        /// The prompt that was answered; `None` when the file does not say.
        version: Option<String>,
    },
    /// A no, to any prompt.
    No {
        /// The prompt that was answered; `None` when the file does not say.
        version: Option<String>,
    },
    /// The file is not valid, which counts as a no: not TOML, not UTF-8, more than 64 KiB, or with
    /// a value that this program does not write.
    Invalid,
    /// The file cannot be read, which counts as a no. A folder, FIFO or device at its path is one.
    Unreadable,
}

impl ConsentFile {
    /// The file at `path`, read and written for the prompt of this version.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, prompt_version: impl Into<Cow<'static, str>>) -> Self {
        Self {
            path: path.into(),
            prompt_version: prompt_version.into(),
            header: Cow::Borrowed(""),
        }
    }

    /// Lines that open a new file as comments, such as how to change the answer. Default: none.
    #[must_use]
    pub fn header(mut self, lines: impl Into<Cow<'static, str>>) -> Self {
        self.header = lines.into();
        self
    }

    /// Where a product keeps its file: at the place that `variable` names, seen from the folder in
    /// which the program is now, else at `below` in the home directory. `None` without either: then
    /// there is no stored answer.
    ///
    /// `lookup` answers for the environment. The home directory is `HOME` (on Windows
    /// `USERPROFILE`) when it is an absolute path.
    ///
    /// ```
    /// use std::path::Path;
    /// use telemetry_runtime::consent::ConsentFile;
    ///
    /// let place = |home: Option<&'static str>| {
    ///     let lookup = |name: &str| home.filter(|_| name != "MY_FILE").map(Into::into);
    ///     ConsentFile::resolve_path(&lookup, Some("MY_FILE"), ".config/my/telemetry.toml")
    /// };
    /// assert_eq!(place(None), None);
    /// # #[cfg(unix)]
    /// assert_eq!(place(Some("/home/alice")).unwrap(), Path::new("/home/alice/.config/my/telemetry.toml"));
    /// ```
    #[must_use]
    pub fn resolve_path(
        lookup: &dyn Fn(&str) -> Option<OsString>,
        variable: Option<&str>,
        below: &str,
    ) -> Option<PathBuf> {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        if let Some(place) = variable.and_then(set) {
            // What it is relative to can change while the program runs.
            return std::path::absolute(place).ok();
        }
        path_in_home(lookup, below)
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The answer in the file now. Never fails and never waits: see [`StoredConsent`].
    #[must_use]
    pub fn read(&self) -> StoredConsent {
        match self.contents() {
            Ok(Contents::Missing) => StoredConsent::Absent,
            Ok(Contents::Complete(bytes)) => self.classify(&bytes),
            Ok(Contents::TooLarge) => StoredConsent::Invalid,
            Err(_) => StoredConsent::Unreadable,
        }
    }

    /// Removes the file: the user counts as never asked.
    ///
    /// # Errors
    ///
    /// What the file system says; a file that is not there is none.
    pub fn remove(&self) -> io::Result<()> {
        remove(&self.path)
    }

    pub(super) fn prompt_version(&self) -> &str {
        &self.prompt_version
    }

    pub(super) fn header_lines(&self) -> &str {
        &self.header
    }

    /// Where a text is kept that an answer cannot be merged into.
    pub(crate) fn replaced_path(&self) -> PathBuf {
        beside(&self.path, ".replaced")
    }

    /// The file's content, up to its longest length.
    pub(super) fn contents(&self) -> io::Result<Contents> {
        match self.read_bounded() {
            Err(error) if is_absent(&error) => Ok(Contents::Missing),
            contents => contents,
        }
    }

    fn read_bounded(&self) -> io::Result<Contents> {
        // Opening alone can wake a device: look first, and again at what was opened.
        if !fs::metadata(&self.path)?.is_file() {
            return Err(not_a_regular_file());
        }
        let mut options = OpenOptions::new();
        options.read(true);
        let file = open_regular(&self.path, options, Links::Follow)?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        let whole = u64::try_from(bytes.len()).is_ok_and(|len| len <= MAX_BYTES);
        Ok(if whole {
            Contents::Complete(bytes)
        } else {
            Contents::TooLarge
        })
    }

    /// The answer in a file of these bytes.
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

/// The bytes of the file.
pub(super) enum Contents {
    Missing,
    Complete(Vec<u8>),
    /// More than 64 KiB.
    TooLarge,
}

impl StoredConsent {
    /// The answer that counts; `None` where the user has to be asked.
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

/// The time of the answer, if it looks like one: it may be shown on a terminal.
fn consented_at(table: &dyn TableLike) -> Option<String> {
    let item = table.get("consented_at")?;
    let text = match item.as_datetime() {
        Some(time) => time.to_string(),
        None => item.as_str()?.to_owned(),
    };
    let allowed = |byte: u8| byte.is_ascii_digit() || b"TZtz:+-. ".contains(&byte);
    (text.len() <= 40 && text.bytes().all(allowed)).then_some(text)
}
