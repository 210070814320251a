//! JSON strings: `"` and `\` and the control characters below U+0020 are escaped, nothing else.
//!
//! Text rarely needs an escape, so it is searched in blocks of 16 bytes and copied whole; only text
//! that needs an escape goes byte by byte, in a cold function.

/// Writes `text` as a JSON string to the start of `window`; returns what is left of it.
#[inline]
pub(super) fn write_string<'b>(text: &str, window: &'b mut [u8]) -> Option<&'b mut [u8]> {
    let bytes = text.as_bytes();
    if needs_escape(bytes) {
        return write_escaped(bytes, window);
    }
    let (open, window) = window.split_first_mut()?;
    let (body, window) = window.split_at_mut_checked(bytes.len())?;
    let (close, window) = window.split_first_mut()?;
    *open = b'"';
    copy(bytes, body);
    *close = b'"';
    Some(window)
}

/// Appends `text` as a JSON string.
pub(crate) fn push_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text.as_bytes() {
        match escape(byte) {
            None => out.push(byte),
            Some(Escape::Short(letter)) => out.extend([b'\\', letter]),
            Some(Escape::Unicode(digits)) => {
                out.extend(b"\\u00");
                out.extend(digits);
            }
        }
    }
    out.push(b'"');
}

#[cold]
#[inline(never)]
fn write_escaped<'b>(bytes: &[u8], window: &'b mut [u8]) -> Option<&'b mut [u8]> {
    let mut window = put(b"\"", window)?;
    for &byte in bytes {
        window = match escape(byte) {
            None => put(&[byte], window)?,
            Some(Escape::Short(letter)) => put(&[b'\\', letter], window)?,
            Some(Escape::Unicode([high, low])) => {
                put(&[b'\\', b'u', b'0', b'0', high, low], window)?
            }
        };
    }
    put(b"\"", window)
}

/// Copies `bytes` to the start of `window`; returns what is left of it.
#[inline]
pub(super) fn put<'b>(bytes: &[u8], window: &'b mut [u8]) -> Option<&'b mut [u8]> {
    let (head, rest) = window.split_at_mut_checked(bytes.len())?;
    copy(bytes, head);
    Some(rest)
}

/// Copies between slices of one length. Keys and values are short: two moves that overlap take less
/// time than a call that finds out how short.
#[inline]
fn copy(from: &[u8], to: &mut [u8]) {
    let len = from.len();
    if !(4..=32).contains(&len) {
        to.copy_from_slice(from);
    } else if len >= 16 {
        copy_ends::<16>(from, to);
    } else if len >= 8 {
        copy_ends::<8>(from, to);
    } else {
        copy_ends::<4>(from, to);
    }
}

/// Copies the first and the last `N` bytes.
#[inline]
fn copy_ends<const N: usize>(from: &[u8], to: &mut [u8]) {
    if let (Some(from), Some(to)) = (from.first_chunk::<N>(), to.first_chunk_mut()) {
        *to = *from;
    }
    if let (Some(from), Some(to)) = (from.last_chunk::<N>(), to.last_chunk_mut()) {
        *to = *from;
    }
}

enum Escape {
    /// A backslash and this letter.
    Short(u8),
    /// `\u00` and these two hexadecimal digits.
    Unicode([u8; 2]),
}

fn escape(byte: u8) -> Option<Escape> {
    Some(match byte {
        b'"' | b'\\' => Escape::Short(byte),
        0x08 => Escape::Short(b'b'),
        b'\t' => Escape::Short(b't'),
        b'\n' => Escape::Short(b'n'),
        0x0c => Escape::Short(b'f'),
        b'\r' => Escape::Short(b'r'),
        0x00..=0x1f => Escape::Unicode([hex_digit(byte >> 4), hex_digit(byte & 0xf)]),
        _ => return None,
    })
}

const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' + nibble - 10,
    }
}

fn needs_escape(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<16>();
    blocks.iter().any(block_needs_escape) || rest.iter().any(byte_needs_escape)
}

/// Without a branch inside, so that the compiler makes vector instructions of it.
#[inline]
fn block_needs_escape(block: &[u8; 16]) -> bool {
    block
        .iter()
        .fold(false, |found, byte| found | byte_needs_escape(byte))
}

fn byte_needs_escape(byte: &u8) -> bool {
    (*byte < 0x20) | (*byte == b'"') | (*byte == b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut buffer = vec![0; text.len() * 6 + 2];
        let total = buffer.len();
        let left = write_string(text, &mut buffer)
            .expect("six times the text is enough")
            .len();
        buffer.truncate(total - left);
        String::from_utf8(buffer).expect("JSON of a str is UTF-8")
    }

    #[test]
    fn every_ascii_character_at_every_place_is_written_as_serde_json_writes_it() {
        for character in '\0'..='\u{80}' {
            for len in 0..40 {
                for place in 0..=len {
                    let text = format!(
                        "{}{character}{}",
                        "a".repeat(place),
                        "é".repeat(len - place)
                    );
                    let expected = serde_json::to_string(&text).expect("a str is JSON");
                    assert_eq!(written(&text), expected);
                    let mut pushed = Vec::new();
                    push_string(&text, &mut pushed);
                    assert_eq!(pushed, expected.as_bytes());
                }
            }
        }
    }

    #[test]
    fn a_window_one_byte_too_small_is_refused() {
        for text in ["", "plain", "a \"quoted\" word", "\u{1}"] {
            let len = written(text).len();
            assert!(write_string(text, &mut vec![0; len]).is_some());
            assert!(write_string(text, &mut vec![0; len - 1]).is_none());
        }
    }
}
