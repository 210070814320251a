//! What a product says about consent, once: where the answer is kept and to which prompt.
//!
//! It holds facts and reads nothing but the lookup it is given.

use std::ffi::OsString;

use super::file::ConsentFile;

/// That a product runs only with a person's consent, as part of its
/// [`Product`](crate::Product).
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
    /// The answer to the prompt of this version, kept at `path_in_home` in the home directory.
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

    /// Variable that moves the file. Default: none.
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

    /// Digest of what is disclosed to whoever answers this version of the prompt, so that a test
    /// notices when the one changes without the other: see
    /// [`assert_digest`](crate::testing::assert_digest), which says what to write here.
    #[must_use]
    pub const fn digest(mut self, digest: &'static str) -> Self {
        self.digest = Some(digest);
        self
    }

    /// The file, where there is a place for one; see [`ConsentFile::resolve_path`].
    #[must_use]
    pub fn file(&self, lookup: &dyn Fn(&str) -> Option<OsString>) -> Option<ConsentFile> {
        let place = ConsentFile::resolve_path(lookup, self.variable, self.path_in_home)?;
        Some(ConsentFile::new(place, self.prompt_version).header(self.header))
    }
}
