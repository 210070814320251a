//! White space around an answer or the value of a variable.
//!
//! Python strips the same characters, so this library and the Python products parse a value alike.

/// Unicode white space, and the four ASCII separators that Python strips too.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}
