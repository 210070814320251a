//! The administrator's file, `telemetry.toml` in a folder of the system: it forbids telemetry on a machine.
//!
//! **Invariants.** The file never turns telemetry on. It permits telemetry if it is missing or its content
//! is the permission; anything else forbids it. Reading never blocks.
//!
//! The permission is one line. Other lines must be empty or comments, a line may end with a comment, and
//! spaces and tabs do not matter except in the words:
//!
//! ```toml
//! # The users of this machine decide.
//! telemetry = "user"
//! ```
//!
//! Every text that this grammar accepts is TOML with the same meaning. Other spellings of this meaning in
//! TOML, such as `'user'` or a byte order mark before the text, forbid telemetry.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use crate::{
    product::Product,
    util::{
        env::{ADMINISTRATOR_ROOT, EnvLookup, is_absent, shown_administrator_path},
        platform::files,
        read::read_regular,
    },
};

const FILE: &str = "telemetry.toml";

/// Largest file that can permit telemetry, in bytes.
const MAX_BYTES: u64 = 64 * 1024;

/// The files of a product: its own and that of its family, as far as they are declared.
#[derive(Debug, Clone, Default)]
pub(crate) struct AdministratorFiles(Vec<AdministratorFile>);

#[derive(Debug, Clone)]
pub(crate) struct AdministratorFile {
    folder: &'static str,
    /// The folder of the system; `None` if the path is not known.
    root: Option<PathBuf>,
}

/// The content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// There is no file, which permits telemetry.
    Nothing,
    /// The permission: other signals decide.
    Permits,
    /// Any other content.
    Forbids,
    /// The file cannot be read.
    Unreadable,
    /// The path is not known.
    NoPath,
    /// The process has no file descriptor or memory left to read the file.
    NoDescriptor,
}

impl Said {
    pub(crate) fn forbids(self) -> bool {
        !matches!(self, Self::Nothing | Self::Permits)
    }
}

/// A file that forbids telemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forbidden {
    folder: &'static str,
    said: Said,
}

impl Forbidden {
    /// True if the process lacks the resources to read the file.
    pub(crate) fn is_unknown(self) -> bool {
        self.said == Said::NoDescriptor
    }

    /// The reason, for the sentence of a decision.
    pub(super) fn reason(self) -> String {
        let path = shown_administrator_path(self.folder, FILE);
        match self.said {
            Said::Forbids => format!("the administrator's file {path} forbids telemetry"),
            Said::NoPath => format!("the folder of the administrator's file {path} is not known"),
            _ => format!("the administrator's file {path} cannot be read"),
        }
    }
}

impl AdministratorFiles {
    pub(crate) fn of(product: &Product, lookup: &EnvLookup<'_>) -> Self {
        let file = |folder| AdministratorFile::of(folder, lookup);
        Self(product.administrator_folders().filter_map(file).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(feature = "clap")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &AdministratorFile> {
        self.0.iter()
    }

    /// Reads the files; `None` if no file forbids telemetry. A file that cannot be read for lack of
    /// descriptors comes last, because the state of the others is known.
    pub(crate) fn read(&self) -> Option<Forbidden> {
        let read = |file: &AdministratorFile| Forbidden {
            folder: file.folder,
            said: file.read(),
        };
        let forbidden = self.0.iter().map(read).filter(|it| it.said.forbids());
        forbidden.min_by_key(|it| it.is_unknown())
    }
}

impl AdministratorFile {
    /// `None` if the lookup has no folder of the system, as in a test.
    fn of(folder: &'static str, lookup: &EnvLookup<'_>) -> Option<Self> {
        let root = PathBuf::from(lookup(ADMINISTRATOR_ROOT)?);
        let known = root.is_absolute() && is_plain(folder);
        Some(Self {
            folder,
            root: known.then_some(root),
        })
    }

    #[cfg(feature = "clap")]
    pub(crate) fn path(&self) -> PathBuf {
        match &self.root {
            Some(root) => root.join(self.folder).join(FILE),
            None => shown_administrator_path(self.folder, FILE).into(),
        }
    }

    pub(crate) fn read(&self) -> Said {
        let Some(root) = &self.root else {
            return Said::NoPath;
        };
        let path = root.join(self.folder).join(FILE);
        let mut content = read_regular(&path, MAX_BYTES);
        if content.as_ref().is_err_and(|error| !is_absent(error)) {
            if files::lacks_descriptors() {
                return Said::NoDescriptor;
            }
            // Another thread may have closed a file since.
            content = read_regular(&path, MAX_BYTES);
        }
        match content {
            Ok(Some(bytes)) if is_permission(&bytes) => Said::Permits,
            Ok(_) => Said::Forbids,
            Err(error) if is_absent(&error) && !has_dangling_link(root, &path) => Said::Nothing,
            Err(_) => Said::Unreadable,
        }
    }
}

/// True for a path that stays below the folder of the system.
fn is_plain(folder: &str) -> bool {
    let mut components = Path::new(folder).components();
    !folder.is_empty() && components.all(|part| matches!(part, Component::Normal(_)))
}

/// True if a link at `path`, or at a folder between it and `root`, has no target. The administrator's file
/// may then be on a file system that is not mounted.
fn has_dangling_link(root: &Path, path: &Path) -> bool {
    let below_root = path.ancestors().take_while(|folder| *folder != root);
    let is_there = |found: io::Result<fs::Metadata>| match found {
        Ok(_) => true,
        Err(error) => !is_absent(&error),
    };
    below_root
        .filter(|at| is_there(fs::symlink_metadata(at)))
        .any(|at| !is_there(fs::metadata(at)))
}

/// True if the text is the permission.
fn is_permission(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let mut permitted = false;
    for line in text.split_inclusive('\n') {
        let end = line.strip_suffix('\n');
        let line = end.map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        if line.contains(|letter: char| letter.is_control() && letter != '\t') {
            return false;
        }
        let line = line.trim_matches(SPACES);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if permitted || !is_permitting_line(line) {
            return false;
        }
        permitted = true;
    }
    permitted
}

/// The white space of TOML within a line.
const SPACES: [char; 2] = [' ', '\t'];

/// `telemetry = "user"`, and possibly a comment.
fn is_permitting_line(line: &str) -> bool {
    let words = ["telemetry", "=", "\"user\""];
    let rest = words.iter().try_fold(line, |rest, word| {
        Some(rest.strip_prefix(word)?.trim_start_matches(SPACES))
    });
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_permission_permits() {
        for text in [
            "telemetry = \"user\"",
            "telemetry=\"user\"\n",
            "\t telemetry\t=  \"user\" # they decide\r\n",
            "# The users decide: telemetry = \"off\"\n\n  \ntelemetry = \"user\"\n#\n",
        ] {
            assert!(is_permission(text.as_bytes()), "{text:?}");
        }
        for text in [
            "",
            "\n",
            "# telemetry = \"user\"\n",
            "telemetry = \"off\"\n",
            "telemetry = \"User\"\n",
            "telemetry = \"user \"\n",
            "telemetry = 'user'\n",
            "telemetry = user\n",
            "telemetry = true\n",
            "telemetry\n",
            "telemetry \"user\"\n",
            "telemetrys = \"user\"\n",
            "TELEMETRY = \"user\"\n",
            "telemetry = \"user\" telemetry = \"user\"\n",
            "telemetry = \"user\"\ntelemetry = \"user\"\n",
            "telemetry = \"user\"\ntelemetry = \"off\"\n",
            "telemetry = \"user\"\nother = 1\n",
            "[telemetry]\n",
            "[table]\ntelemetry = \"user\"\n",
            "telemetry.x = \"user\"\n",
            "\u{feff}telemetry = \"user\"\n",
            "telemetry = \"user\"\r",
            "telemetry = \"user\"\r\r\n",
            "#\rtelemetry = \"user\"\n",
            "# \u{7}\ntelemetry = \"user\"\n",
            "telemetry = \"user\"\0\n",
            "telemetry\u{a0}= \"user\"\n",
        ] {
            assert!(!is_permission(text.as_bytes()), "{text:?}");
        }
        assert!(!is_permission(b"telemetry = \"user\" # \xff\n"));
        assert!(!is_permission(
            "telemetry = \"user\"\n"
                .encode_utf16()
                .map(|unit| unit.to_le_bytes())
                .collect::<Vec<_>>()
                .concat()
                .as_slice()
        ));
    }

    /// A text that permits is TOML, and TOML with this meaning only.
    #[cfg(feature = "consent")]
    #[test]
    fn every_text_that_permits_has_the_same_meaning_in_toml() {
        let parts = [
            "telemetry",
            "=",
            "\"user\"",
            "\"off\"",
            " ",
            "\t",
            "\n",
            "\r\n",
            "\r",
            "#",
            "x",
            "\"",
            "'user'",
            "[",
            "]",
            ".",
            "\u{7f}",
            "\u{85}",
            "\u{feff}",
            "\u{a0}",
            "\0",
        ];
        let mut random = fastrand::Rng::with_seed(7);
        let mut permitted = 0;
        for _ in 0..200_000 {
            let mut text = String::new();
            if random.bool() {
                text.push_str("telemetry = \"user\"");
            }
            for _ in 0..random.usize(..8) {
                let at = random.usize(..=text.len());
                let part = parts[random.usize(..parts.len())];
                if text.is_char_boundary(at) {
                    text.insert_str(at, part);
                }
            }
            if is_permission(text.as_bytes()) {
                permitted += 1;
                let document: toml_edit::DocumentMut = text.parse().unwrap();
                let keys: Vec<_> = document.iter().collect();
                assert_eq!(keys.len(), 1, "{text:?}");
                assert_eq!(document["telemetry"].as_str(), Some("user"), "{text:?}");
            }
        }
        assert!(permitted > 1000, "{permitted}");
    }

    #[test]
    fn the_folder_stays_below_the_folder_of_the_system() {
        for folder in ["tool", "example/my-tool", "My Tool"] {
            assert!(is_plain(folder), "{folder}");
        }
        for folder in ["", "/", "/tool", "..", "../tool", "tool/../..", "."] {
            assert!(!is_plain(folder), "{folder}");
        }
    }
}
