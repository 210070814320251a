//! Parses the value of an environment variable as a yes.
//!
//! **Invariants.** Pure functions that do not read the environment.

use super::whitespace::is_space;

/// True for `1`, `true` and `yes` in any case; white space around them is ignored.
///
/// ```
/// use telemetry_runtime::privacy::is_truthy;
///
/// assert!(is_truthy(Some(" YES ")));
/// assert!(!is_truthy(Some("on")) && !is_truthy(Some("")) && !is_truthy(None));
/// ```
#[must_use]
pub fn is_truthy(value: Option<&str>) -> bool {
    is_yes(value.unwrap_or_default().trim_matches(is_space))
}

/// Like [`is_truthy`], without ignoring white space.
pub(crate) fn is_yes(text: &str) -> bool {
    ["1", "true", "yes"]
        .iter()
        .any(|yes| text.eq_ignore_ascii_case(yes))
}
