//! Text files of other systems: byte order marks and line ends.

use std::{fs, path::Path};

/// Marks the byte order of a text, or an encoding. It is not part of the text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads a UTF-8 text without its byte order mark.
///
/// # Errors
///
/// A sentence when the file cannot be read or is not UTF-8.
pub fn read(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    if is_utf16(&bytes) {
        return Err("the file is UTF-16: save it as UTF-8".to_owned());
    }
    let text =
        String::from_utf8(bytes).map_err(|error| format!("the file is not UTF-8: {error}"))?;
    Ok(without_mark(&text).to_owned())
}

/// Whether a file starts with the byte order mark of UTF-16.
#[must_use]
pub fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// The text without byte order marks at its start.
#[must_use]
pub fn without_mark(text: &str) -> &str {
    text.trim_start_matches(BYTE_ORDER_MARK)
}

/// The lines of a text, which end with a line feed, a carriage return or both. Files that were joined
/// can have a byte order mark in the middle, so each line is without one.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
        .map(without_mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_separates_and_marks_are_not_text() {
        let text = "\u{feff}a\nb\r\nc\rd\r\u{feff}e";
        assert_eq!(lines(text).collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
        assert_eq!(without_mark("\u{feff}\u{feff}a\u{feff}"), "a\u{feff}");
        assert!(is_utf16(b"\xff\xfea\0") && is_utf16(b"\xfe\xff\0a") && !is_utf16(b"a"));
    }
}
