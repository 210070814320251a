//! The file that keeps a person's answer, and reading it.
//!
//! Must never wait (a FIFO in its place is not opened for long), never read more than 64 KiB, and
//! never find a yes where the file is not valid in every respect. The answer is the table
//! `[telemetry]` with `consent = "enabled"` or `"disabled"`, `consented_at` (RFC 3339, UTC, seconds)
//! and `prompt_version`. A no counts under every prompt version; a yes only under the present one.
//!
//! A symbolic link is followed for reading, as people keep such files elsewhere; writing replaces
//! the link and never what it points at (see `write`).

use std::{
    borrow::Cow,
    ffi::OsString,
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item, TableLike};

use super::{Answer, refusal::holds_refusal};
use crate::util::{
    env::below_home,
    fs::{Links, beside, not_a_regular_file, open_regular, remove},
};

/// Longest file that is read, in bytes. An answer takes about 100.
const MAX_BYTES: u64 = 64 * 1024;

/// The table that the answer stands in.
pub(super) const TABLE: &str = "telemetry";

/// A file with a person's answer, for one version of the prompt.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use telemetry_runtime::consent::{Answer, AskAgain, ConsentFile, Stored};
///
/// # let folder = std::env::temp_dir().join(format!("consent-{}", fastrand::u64(..)));
/// let path = folder.join("telemetry.toml");
/// let file = ConsentFile::new(&path, "1.0").header("Run `tool telemetry` to change.");
/// assert_eq!(file.read(), Stored::Never);
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
/// // What is disclosed has changed: a yes to the old text is no yes to the new one.
/// let newer = ConsentFile::new(&path, "1.1");
/// assert_eq!(newer.read(), Stored::AskAgain(AskAgain::OtherVersion));
/// # std::fs::remove_dir_all(folder).unwrap();
/// # Ok::<(), telemetry_runtime::consent::WriteError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ConsentFile {
    path: PathBuf,
    prompt_version: Cow<'static, str>,
    header: Cow<'static, str>,
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stored {
    /// No file that could hold an answer, or none in it. A folder, FIFO or device in its place counts
    /// as none.
    Never,
    /// A yes to the present prompt.
    Yes {
        /// The prompt that was answered.
        version: String,
        /// When, in RFC 3339; `None` when the file does not say.
        at: Option<String>,
    },
    /// A no, to whatever prompt, or a text that holds one without being valid. A file that may not be
    /// read or has more than 64 KiB counts as one: what is not read could be a refusal.
    No {
        /// The prompt that was answered; `None` when the file does not say.
        version: Option<String>,
    },
    /// Something that is no valid answer: off until a person is asked again.
    AskAgain(AskAgain),
}

/// Why a person is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AskAgain {
    /// A yes, but to another prompt or to none that is named.
    OtherVersion,
    /// The file is no TOML.
    Unparsable,
    /// `consent` is neither `enabled` nor a refusal.
    UnknownAnswer,
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
    ///     ConsentFile::place(&lookup, Some("MY_FILE"), ".config/my/telemetry.toml")
    /// };
    /// assert_eq!(place(None), None);
    /// # #[cfg(unix)]
    /// assert_eq!(place(Some("/home/alice")).unwrap(), Path::new("/home/alice/.config/my/telemetry.toml"));
    /// ```
    #[must_use]
    pub fn place(
        lookup: &dyn Fn(&str) -> Option<OsString>,
        variable: Option<&str>,
        below: &str,
    ) -> Option<PathBuf> {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        if let Some(place) = variable.and_then(set) {
            // What it is relative to can change while the program runs.
            return std::path::absolute(place).ok();
        }
        below_home(lookup, below)
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file says now. Never fails and never waits: see [`Stored`].
    #[must_use]
    pub fn read(&self) -> Stored {
        match self.contents() {
            Ok(Contents::Whole(bytes)) => self.judge(&bytes),
            // What is not read could be a refusal.
            Ok(Contents::TooLong) => Stored::No { version: None },
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                Stored::No { version: None }
            }
            Ok(Contents::Missing) | Err(_) => Stored::Never,
        }
    }

    /// Removes the file: nobody was asked.
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
    pub(crate) fn set_aside(&self) -> PathBuf {
        beside(&self.path, ".replaced")
    }

    /// What is in the file, as far as it is read.
    pub(super) fn contents(&self) -> io::Result<Contents> {
        // Opening alone can wake a device: look first, and again at what was opened.
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Contents::Missing),
            Err(error) => return Err(error),
            Ok(found) if !found.is_file() => return Err(not_a_regular_file()),
            Ok(_) => {}
        }
        let mut options = OpenOptions::new();
        options.read(true);
        let file = open_regular(&self.path, options, Links::Follow)?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        let whole = u64::try_from(bytes.len()).is_ok_and(|len| len <= MAX_BYTES);
        Ok(if whole {
            Contents::Whole(bytes)
        } else {
            Contents::TooLong
        })
    }

    /// What a file of these bytes says.
    pub(super) fn judge(&self, bytes: &[u8]) -> Stored {
        let document = parse(bytes);
        let table = document.as_ref().and_then(|document| {
            let table = document.get(TABLE)?;
            table.as_table_like()
        });
        let version = table.and_then(|table| text_of(table, "prompt_version"));
        match table.and_then(|table| text_of(table, "consent")) {
            _ if document.as_ref().is_some_and(refuses_elsewhere) => Stored::No { version: None },
            Some("enabled") if version == Some(&self.prompt_version) => Stored::Yes {
                version: self.prompt_version.clone().into_owned(),
                at: table.and_then(answered_at),
            },
            Some("disabled") => Stored::No {
                version: version.map(str::to_owned),
            },
            _ if holds_refusal(bytes) => Stored::No { version: None },
            Some("enabled") => Stored::AskAgain(AskAgain::OtherVersion),
            _ if document.is_none() => Stored::AskAgain(AskAgain::Unparsable),
            _ if table.is_some_and(|table| table.contains_key("consent")) => {
                Stored::AskAgain(AskAgain::UnknownAnswer)
            }
            _ => Stored::Never,
        }
    }
}

/// The bytes of the file.
pub(super) enum Contents {
    Missing,
    Whole(Vec<u8>),
    /// More than 64 KiB.
    TooLong,
}

impl Stored {
    /// The answer that counts, if there is one.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        match self {
            Self::Yes { .. } => Some(Answer::Yes),
            Self::No { .. } => Some(Answer::No),
            Self::Never | Self::AskAgain(_) => None,
        }
    }
}

pub(super) fn parse(bytes: &[u8]) -> Option<DocumentMut> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// True when a person wrote a no beside the key of the file's own: it outranks a yes there.
fn refuses_elsewhere(document: &DocumentMut) -> bool {
    let refuses = |key: &str, item: Option<&Item>| {
        let value = item.and_then(Item::as_value);
        value.is_some_and(|value| holds_refusal(format!("{key} = {value}").as_bytes()))
    };
    let table = document.get(TABLE).and_then(Item::as_table_like);
    refuses("consent", document.get("consent"))
        || refuses("enabled", document.get("enabled"))
        || refuses("enabled", table.and_then(|table| table.get("enabled")))
}

fn text_of<'t>(table: &'t dyn TableLike, key: &str) -> Option<&'t str> {
    table.get(key).and_then(Item::as_str)
}

/// The time of the answer, if it looks like one: it may be shown on a terminal.
fn answered_at(table: &dyn TableLike) -> Option<String> {
    let item = table.get("consented_at")?;
    let text = match item.as_datetime() {
        Some(time) => time.to_string(),
        None => item.as_str()?.to_owned(),
    };
    let of_a_time = |byte: u8| byte.is_ascii_digit() || b"TZtz:+-. ".contains(&byte);
    (text.len() <= 40 && text.bytes().all(of_a_time)).then_some(text)
}
