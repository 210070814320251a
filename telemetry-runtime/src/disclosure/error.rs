//! The facts that a disclosure lacks.

use std::fmt;

/// The disclosure lacks facts that users need. `Debug` prints the same sentences as `Display`, so that
/// a test which unwraps shows them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DisclosureError {
    /// One sentence for each missing fact, with the code to add.
    pub sentences: Vec<String>,
}

impl fmt::Display for DisclosureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentences.join("\n"))
    }
}

impl fmt::Debug for DisclosureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for DisclosureError {}
