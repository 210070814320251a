//! What the text of an environment variable means.
//!
//! Pure functions: the environment itself is read once, at start, and nowhere here.

use super::whitespace::is_space;

/// True for `1`, `true` and `yes` in any case, with white space around them.
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

/// The same for exactly this text.
pub(crate) fn is_yes(text: &str) -> bool {
    ["1", "true", "yes"]
        .iter()
        .any(|yes| text.eq_ignore_ascii_case(yes))
}
