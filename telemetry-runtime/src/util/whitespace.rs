//! White space as the originals trim it: what a person typed or set must mean the same here.

/// Unicode's white space, and the four ASCII separators that Python counts as such.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}
