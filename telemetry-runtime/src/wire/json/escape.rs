//! JSON strings: only `"`, `\` and the control characters below U+0020 are escaped.
//!
//! Text rarely needs an escape, so it is searched in blocks of 16 bytes and copied as a whole. A cold
//! function writes text with escapes byte by byte.

use super::BufferTooSmall;

/// Writes `text` as a JSON string to the start of `window` and returns the rest of `window`.
#[inline]
pub(super) fn write_string<'b>(
    text: &str,
    window: &'b mut [u8],
) -> Result<&'b mut [u8], BufferTooSmall> {
    let bytes = text.as_bytes();
    let (blocks, rest) = bytes.as_chunks::<16>();
    let escapes = blocks.iter().any(special) || rest.iter().any(|byte| special(&[*byte]));
    let window = put(b"\"", window)?;
    let window = if escapes {
        write_escaped(bytes, window)?
    } else {
        put(bytes, window)?
    };
    put(b"\"", window)
}

/// True if one of the bytes is below 0x20, a quote or a backslash.
///
/// `byte ^ 0x02 < 0x21` is true for the control characters and the quote: it maps `"` (0x22) to 0x20,
/// space (0x20) to 0x22 and `!` (0x21) to 0x23. There is no branch, so that the compiler emits vector
/// instructions.
#[inline(always)]
pub(super) fn special<const N: usize>(block: &[u8; N]) -> bool {
    let mut found = false;
    for byte in block {
        found |= (byte ^ 0x02 < 0x21) | (*byte == b'\\');
    }
    found
}

/// Appends `text` as a JSON string.
pub(crate) fn push_string(text: &str, out: &mut Vec<u8>) {
    let start = out.len();
    // The longest escape of a byte has six bytes: `\u0000`.
    out.resize(start + 6 * text.len() + 2, 0);
    let window = out.get_mut(start..).unwrap_or_default();
    let left = write_string(text, window).map_or(0, |left| left.len());
    out.truncate(out.len() - left);
}

#[cold]
#[inline(never)]
fn write_escaped<'b>(
    bytes: &[u8],
    mut window: &'b mut [u8],
) -> Result<&'b mut [u8], BufferTooSmall> {
    for &byte in bytes {
        window = match escape(byte) {
            None => put(&[byte], window)?,
            Some(Escape::Short(letter)) => put(&[b'\\', letter], window)?,
            Some(Escape::Unicode([high, low])) => {
                put(&[b'\\', b'u', b'0', b'0', high, low], window)?
            }
        };
    }
    Ok(window)
}

/// Copies `bytes` to the start of `window` and returns the rest of `window`. Inlined, so that copies
/// of a constant length need no call.
#[inline(always)]
pub(crate) fn put<'b>(bytes: &[u8], window: &'b mut [u8]) -> Result<&'b mut [u8], BufferTooSmall> {
    let (head, rest) = window
        .split_at_mut_checked(bytes.len())
        .ok_or(BufferTooSmall)?;
    head.copy_from_slice(bytes);
    Ok(rest)
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
    fn every_ascii_character_at_every_position_is_written_as_by_serde_json() {
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
    fn a_window_that_is_one_byte_too_small_is_an_error() {
        for text in ["", "plain", "a \"quoted\" word", "\u{1}"] {
            let len = written(text).len();
            assert!(write_string(text, &mut vec![0; len]).is_ok());
            assert!(write_string(text, &mut vec![0; len - 1]).is_err());
        }
    }
}
