//! Repairs an incomplete line that a killed writer left at the end of the file.
//!
//! **Invariants.** Only an incomplete JSON object is cut. Any other text without a line break is kept,
//! because the user may have edited the file.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// Longest incomplete line whose start is searched, in bytes. An event has at most 64 KiB by default.
const MAX_REST: u64 = 16 * 1024 * 1024;

/// Bytes that the search reads in one step.
const STEP: u64 = 4096;

/// The end of the file.
pub(super) struct End {
    /// Length of the file in bytes.
    pub(super) length: u64,
    /// False if a line break is missing before the next line.
    pub(super) is_ended: bool,
}

/// Cuts an incomplete last line of a file with `length` bytes. Without `may_cut`, another writer may be
/// writing that line, and it stays.
pub(super) fn cut_torn_line(file: &File, length: u64, may_cut: bool) -> io::Result<End> {
    let ended = |length| End {
        length,
        is_ended: true,
    };
    let Some(last) = length.checked_sub(1) else {
        return Ok(ended(length));
    };
    if read_at(file, last, 1)? == b"\n" {
        return Ok(ended(length));
    }
    if may_cut {
        let start = start_of_rest(file, length)?;
        if length - start <= MAX_REST && is_torn(&read_at(file, start, length - start)?) {
            file.set_len(start)?;
            return Ok(ended(start));
        }
    }
    Ok(End {
        length,
        is_ended: false,
    })
}

/// The position after the last line break.
fn start_of_rest(file: &File, length: u64) -> io::Result<u64> {
    let mut end = length;
    while end > 0 && length - end <= MAX_REST {
        let start = end.saturating_sub(STEP);
        let text = read_at(file, start, end - start)?;
        if let Some(at) = text.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + u64::try_from(at).unwrap_or(u64::MAX).saturating_add(1));
        }
        end = start;
    }
    Ok(end)
}

fn read_at(mut file: &File, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// True for the start of a JSON object that has no end.
fn is_torn(text: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.starts_with(b"{") && (depth > 0 || in_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_start_of_an_object_is_torn_and_the_whole_is_not() {
        let line = br#"{"a":{"b":"}\"}{","c":[1,{"d":"\\"}]},"e":"\u007f"}"#;
        assert!(!is_torn(line));
        for end in 1..line.len() {
            assert!(is_torn(&line[..end]), "{end}");
        }
        assert!(!is_torn(b"my own notes {"));
    }
}
