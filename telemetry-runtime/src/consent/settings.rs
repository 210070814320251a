//! A product's declaration about consent: places of the file and version of the prompt.

use std::{ffi::OsString, path::PathBuf};

use super::file::ConsentFile;
use crate::util::{
    env::EnvLookup,
    places::{Places, Purpose, UserFolders},
};

/// Declares that a [`Product`](crate::Product) requires the user's consent.
///
/// ```
/// use telemetry_runtime::{Product, consent::ProductConsent};
///
/// static MY_TOOL: Product = Product::new("my-tool").requires_consent(
///     ProductConsent::new("1.0", ".config/my-tool/telemetry.toml")
///         .variable("MY_TOOL_CONSENT_FILE")
///         .header("To change, run `my-tool telemetry enable | disable`."),
/// );
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ProductConsent {
    pub(crate) prompt_version: &'static str,
    pub(crate) places: Places,
    pub(crate) variable: Option<&'static str>,
    header: &'static str,
    #[cfg_attr(not(feature = "schema"), allow(dead_code))]
    pub(crate) digest: Option<&'static str>,
}

impl ProductConsent {
    /// Consent to the prompt of this version, stored at `path_in_home` in the home directory.
    #[must_use]
    pub const fn new(prompt_version: &'static str, path_in_home: &'static str) -> Self {
        Self::at(
            prompt_version,
            Places::none(Purpose::Settings).in_home(path_in_home),
        )
    }

    /// Consent to the prompt of this version, stored at `path` in the user's folder for settings:
    ///
    /// | platform | folder |
    /// | --- | --- |
    /// | Linux, BSD | `$XDG_CONFIG_HOME`, by default `~/.config` |
    /// | macOS | `~/Library/Application Support` |
    /// | Windows | `%APPDATA%` |
    ///
    /// A variable that is empty or not an absolute path is ignored. If it names another folder than the
    /// default one, an answer in the default folder counts as one at a
    /// [previous place](Self::previous_file).
    ///
    /// ```
    /// use std::path::Path;
    /// use telemetry_runtime::{Product, consent::ProductConsent};
    ///
    /// const CONSENT: ProductConsent = ProductConsent::in_config_dir("1.0", "my-tool/telemetry.toml")
    ///     .previous_file(".my-tool/telemetry.toml");
    /// static MY_TOOL: Product = Product::new("my-tool").requires_consent(CONSENT);
    ///
    /// # #[cfg(all(unix, not(target_vendor = "apple")))] {
    /// let file = CONSENT.file(&|name| (name == "HOME").then(|| "/home/alice".into())).unwrap();
    /// assert_eq!(file.path(), Path::new("/home/alice/.config/my-tool/telemetry.toml"));
    /// # }
    /// ```
    #[must_use]
    pub const fn in_config_dir(prompt_version: &'static str, path: &'static str) -> Self {
        Self::at(
            prompt_version,
            Places::none(Purpose::Settings).by_convention(path),
        )
    }

    const fn at(prompt_version: &'static str, places: Places) -> Self {
        Self {
            prompt_version,
            places,
            variable: None,
            header: "",
            digest: None,
        }
    }

    /// Sets the file of earlier versions of the product, below the home directory. A no there still
    /// counts. A yes there counts only if the new file has no answer. A new answer is stored in the new
    /// file, and replaces one in the previous file. Default: none; without
    /// [`in_config_dir`](Self::in_config_dir) this is the file itself.
    #[must_use]
    pub const fn previous_file(mut self, path_in_home: &'static str) -> Self {
        self.places = self.places.in_home(path_in_home);
        self
    }

    /// Environment variable with another path for the file. If it is set, no other file is read.
    /// Default: none.
    #[must_use]
    pub const fn variable(mut self, name: &'static str) -> Self {
        self.variable = Some(name);
        self
    }

    /// Comment lines of a new file; see [`ConsentFile::header`]. Default: none.
    #[must_use]
    pub const fn header(mut self, lines: &'static str) -> Self {
        self.header = lines;
        self
    }

    /// Digest of the data that this version of the prompt discloses. With it, a test fails if the
    /// disclosure changes and the version does not. [`assert_digest`](crate::testing::assert_digest)
    /// prints the value to write here.
    #[must_use]
    pub const fn digest(mut self, digest: &'static str) -> Self {
        self.digest = Some(digest);
        self
    }

    /// The file; `None` if it has no path, see [`ConsentFile::resolve_path`].
    #[must_use]
    pub fn file(&self, lookup: &EnvLookup<'_>) -> Option<ConsentFile> {
        match self.moved_to(lookup) {
            // The current directory can change while the program runs.
            Some(path) => Some(self.file_at(std::path::absolute(path).ok()?)),
            None => self.file_in(&UserFolders::of(&[self.places], lookup)),
        }
    }

    /// The path in the product's variable, if it is set and not empty.
    pub(crate) fn moved_to(&self, lookup: &EnvLookup<'_>) -> Option<OsString> {
        lookup(self.variable?).filter(|path| !path.is_empty())
    }

    /// The file in the folders of a user.
    pub(crate) fn file_in(&self, folders: &UserFolders) -> Option<ConsentFile> {
        let mut paths = self.places.resolve(folders).into_iter();
        let file = self.file_at(paths.next()?.path);
        Some(file.previous(paths.map(|place| place.path)))
    }

    fn file_at(&self, path: PathBuf) -> ConsentFile {
        ConsentFile::new(path, self.prompt_version).header(self.header)
    }
}
