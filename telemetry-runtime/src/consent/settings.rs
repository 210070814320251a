//! A product's declaration about consent: path of the file and version of the prompt.

use super::file::ConsentFile;
use crate::util::env::EnvLookup;

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
    pub(crate) path_in_home: &'static str,
    pub(crate) variable: Option<&'static str>,
    header: &'static str,
    #[cfg_attr(not(feature = "schema"), allow(dead_code))]
    pub(crate) digest: Option<&'static str>,
}

impl ProductConsent {
    /// Consent to the prompt of this version, stored at `path_in_home` in the home directory.
    #[must_use]
    pub const fn new(prompt_version: &'static str, path_in_home: &'static str) -> Self {
        Self {
            prompt_version,
            path_in_home,
            variable: None,
            header: "",
            digest: None,
        }
    }

    /// Environment variable with another path for the file. Default: none.
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
        let path = ConsentFile::resolve_path(lookup, self.variable, self.path_in_home)?;
        Some(ConsentFile::new(path, self.prompt_version).header(self.header))
    }
}
