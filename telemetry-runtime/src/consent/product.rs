//! What a product says about consent, once: where the answer is kept and to which prompt.
//!
//! It holds facts and reads nothing but the lookup it is given.

use std::ffi::OsString;

use super::ConsentFile;

/// That a product runs only with a person's consent, as part of its
/// [`Product`](crate::Product).
///
/// ```
/// use telemetry_runtime::{Product, consent::ProductConsent};
///
/// static MY_TOOL: Product = Product::new("my-tool").needs_consent(
///     ProductConsent::new("1.0", ".config/my-tool/telemetry.toml")
///         .variable("MY_TOOL_CONSENT_FILE")
///         .header("To change, run `my-tool telemetry enable | disable`."),
/// );
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ProductConsent {
    prompt_version: &'static str,
    below_home: &'static str,
    variable: Option<&'static str>,
    header: &'static str,
}

impl ProductConsent {
    /// The answer to the prompt of this version, kept at `below_home` in the home directory.
    #[must_use]
    pub const fn new(prompt_version: &'static str, below_home: &'static str) -> Self {
        Self {
            prompt_version,
            below_home,
            variable: None,
            header: "",
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

    /// The file, where there is a place for one; see [`ConsentFile::place`].
    #[must_use]
    pub fn file(&self, lookup: &dyn Fn(&str) -> Option<OsString>) -> Option<ConsentFile> {
        let place = ConsentFile::place(lookup, self.variable, self.below_home)?;
        Some(ConsentFile::new(place, self.prompt_version).header(self.header))
    }
}
