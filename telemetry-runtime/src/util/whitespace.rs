//! White space around an answer or a variable: its meaning must be that of the originals.

/// Unicode's white space, and the four ASCII separators that Python counts as such.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}
