//! Writes common values with few instructions: text of at most 64 bytes without escapes, and short
//! numbers. All other values take the general path.
//!
//! Each function writes one value to the start of a window and returns the rest of the window, which
//! is empty if the value does not fit. Text of 4 to 64 bytes is copied by two loads and two stores
//! that overlap in the middle. The search for escapes examines 16 bytes at a time. The digits of a
//! number are computed by arithmetic on 64-bit words.

use super::escape::{put, special, write_string};

/// Text as a JSON string.
#[inline(never)]
pub(in crate::wire) fn text<'b>(text: &str, window: &'b mut [u8]) -> &'b mut [u8] {
    let bytes = text.as_bytes();
    if bytes.len() < 4 {
        return tiny_text(text, window);
    }
    let Some(len) = string(bytes, window) else {
        return any_text(text, window);
    };
    window.get_mut(len..).unwrap_or_default()
}

/// Text of at most three bytes.
#[inline(never)]
fn tiny_text<'b>(text: &str, window: &'b mut [u8]) -> &'b mut [u8] {
    let string = match *text.as_bytes() {
        [] => Word::of(b"\"\""),
        [a] if !special(&[a]) => Word::of(&[b'"', a, b'"']),
        [a, b] if !special(&[a, b]) => Word::of(&[b'"', a, b, b'"']),
        [a, b, c] if !special(&[a, b, c]) => Word::of(&[b'"', a, b, c, b'"']),
        _ => return any_text(text, window),
    };
    word(string, window)
}

#[cold]
#[inline(never)]
fn any_text<'b>(text: &str, window: &'b mut [u8]) -> &'b mut [u8] {
    write_string(text, window).unwrap_or_default()
}

/// A value that already is JSON.
#[inline(never)]
pub(in crate::wire) fn literal<'b>(literal: &'static str, window: &'b mut [u8]) -> &'b mut [u8] {
    let bytes = literal.as_bytes();
    let Some((start, rest)) = window.split_at_mut_checked(bytes.len()) else {
        return &mut [];
    };
    if copy_short(bytes, start).is_none() {
        start.copy_from_slice(bytes);
    }
    rest
}

/// A list of text.
pub(in crate::wire) fn list<'b, 'i>(
    items: impl Iterator<Item = &'i str>,
    mut window: &'b mut [u8],
) -> &'b mut [u8] {
    let mut mark = b'[';
    for item in items {
        window = text(item, byte(mark, window));
        mark = b',';
    }
    list_end(mark, window)
}

/// The end of a list. `mark` is a comma if the list has items, and a bracket otherwise.
#[inline(never)]
pub(in crate::wire) fn list_end(mark: u8, window: &mut [u8]) -> &mut [u8] {
    let [empty, end] = const { [Word::of(b"[]"), Word::of(b"]")] };
    word(if mark == b'[' { empty } else { end }, window)
}

#[inline(never)]
pub(in crate::wire) fn boolean(value: bool, window: &mut [u8]) -> &mut [u8] {
    let [yes, no] = const { [Word::of(b"true"), Word::of(b"false")] };
    word(if value { yes } else { no }, window)
}

#[inline(never)]
pub(in crate::wire) fn integer(value: i64, window: &mut [u8]) -> &mut [u8] {
    // Each arm ends with a tail call, so no register has to be saved.
    match value {
        0..=9 if !window.is_empty() => byte(b'0' + value as u8, window),
        10..=99_999_999 if window.len() >= 8 => word(digits(value as u64), window),
        _ => long_integer(value, window),
    }
}

#[inline(never)]
fn long_integer(value: i64, mut window: &mut [u8]) -> &mut [u8] {
    if value == -1 {
        return word(const { Word::of(b"-1") }, window);
    }
    if value < 0 {
        window = byte(b'-', window);
    }
    magnitude(value.unsigned_abs(), window)
}

fn magnitude(value: u64, window: &mut [u8]) -> &mut [u8] {
    match (value / 100_000_000, value % 100_000_000) {
        (0, last) => word(digits(last), window),
        (first, last) => word(eight_digits(last), magnitude(first, window)),
    }
}

/// A finite number.
#[inline(never)]
pub(in crate::wire) fn number(value: f64, window: &mut [u8]) -> &mut [u8] {
    match decimal(value) {
        Some((whole, fraction)) => word(fraction, integer(whole, window)),
        None => any_number(value, window),
    }
}

#[inline(never)]
fn any_number(value: f64, window: &mut [u8]) -> &mut [u8] {
    let mut buffer = zmij::Buffer::new();
    put(buffer.format_finite(value).as_bytes(), window).unwrap_or_default()
}

#[inline(always)]
pub(in crate::wire) fn byte(byte: u8, window: &mut [u8]) -> &mut [u8] {
    let Some((start, rest)) = window.split_first_mut() else {
        return &mut [];
    };
    *start = byte;
    rest
}

/// Up to eight bytes in one register.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// In little-endian order. Bytes after `len` are undefined.
    bytes: u64,
    len: usize,
}

impl Word {
    const fn of(mut text: &[u8]) -> Self {
        let mut word = Self { bytes: 0, len: 0 };
        while let [byte, rest @ ..] = text {
            word.bytes |= (*byte as u64) << (8 * word.len);
            word.len += 1;
            text = rest;
        }
        word
    }
}

/// Writes up to eight bytes. It may overwrite bytes after `len`, which the next value replaces.
#[inline(always)]
fn word(word: Word, window: &mut [u8]) -> &mut [u8] {
    match window.first_chunk_mut() {
        Some(room) => *room = word.bytes.to_le_bytes(),
        None => return last_word(word, window),
    }
    window.get_mut(word.len..).unwrap_or_default()
}

#[cold]
#[inline(never)]
fn last_word(word: Word, window: &mut [u8]) -> &mut [u8] {
    let bytes = word.bytes.to_le_bytes();
    put(bytes.get(..word.len).unwrap_or_default(), window).unwrap_or_default()
}

/// The whole part of a number with at most three decimals, and its fraction as text: 12 and `.5` for
/// 12.5.
///
/// Most recorded numbers are whole or rounded, so the search for their shortest form is unnecessary.
/// The result is valid if `value` is the double nearest to a number of thousandths below 10^15: with
/// up to 15 digits, the decimal form of a double is unique.
#[inline(always)]
fn decimal(value: f64) -> Option<(i64, Word)> {
    const MOST: i64 = 1_000_000_000_000_000;
    let thousandths = (value * 1000.0 + 0.5_f64.copysign(value)) as i64;
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    // The comparison of bits excludes -0.0. Numbers such as -0.5 are excluded because the sign of
    // the whole part would be lost.
    let is_same = (thousandths as f64 / 1000.0).to_bits() == value.to_bits();
    if !is_same || !(-MOST..MOST).contains(&thousandths) || (value < 0.0 && rest != 0) {
        return None;
    }
    let rest = rest as u32;
    let digits = (rest / 100) | ((rest / 10 % 10) << 8) | ((rest % 10) << 16);
    let len = match (rest % 10, rest % 100) {
        (0, 0) => 2,
        (0, _) => 3,
        _ => 4,
    };
    let bytes = u64::from(u32::from(b'.') | (digits | 0x30_3030) << 8);
    Some((whole, Word { bytes, len }))
}

/// Writes a string of 4 to 64 bytes without escapes and returns its length.
#[inline(always)]
fn string(text: &[u8], window: &mut [u8]) -> Option<usize> {
    let len = text.len() + 2;
    let (string, _) = window.split_at_mut_checked(len)?;
    let (open, string) = string.split_first_mut()?;
    let (close, body) = string.split_last_mut()?;
    // This precedes the copy: after loading the bytes as words for the copy, the compiler would not
    // use vector instructions here.
    if !is_plain(text)? {
        return None;
    }
    copy_short(text, body)?;
    *open = b'"';
    *close = b'"';
    Some(len)
}

/// True for text of 4 to 64 bytes without a byte that JSON escapes.
#[inline(always)]
fn is_plain(text: &[u8]) -> Option<bool> {
    let has_special = match text.len() {
        8..=16 => special(text.first_chunk::<8>()?) | special(text.last_chunk::<8>()?),
        17..=32 => special(text.first_chunk::<16>()?) | special(text.last_chunk::<16>()?),
        33..=64 => {
            let (first, last) = (text.first_chunk::<32>()?, text.last_chunk::<32>()?);
            (special(first.first_chunk::<16>()?) | special(first.last_chunk::<16>()?))
                || (special(last.first_chunk::<16>()?) | special(last.last_chunk::<16>()?))
        }
        4..=7 => special(text.first_chunk::<4>()?) | special(text.last_chunk::<4>()?),
        _ => return None,
    };
    Some(!has_special)
}

/// Copies 4 to 64 bytes between slices of the same length.
#[inline(always)]
fn copy_short(from: &[u8], to: &mut [u8]) -> Option<()> {
    match from.len() {
        8..=16 => copy_ends::<8>(from, to),
        17..=32 => copy_ends::<16>(from, to),
        33..=64 => copy_ends::<32>(from, to),
        4..=7 => copy_ends::<4>(from, to),
        _ => None,
    }
}

/// Copies the first and the last `N` bytes, which are all bytes if `from` has `N` to `2 * N`.
#[inline(always)]
fn copy_ends<const N: usize>(from: &[u8], to: &mut [u8]) -> Option<()> {
    *to.first_chunk_mut::<N>()? = *from.first_chunk()?;
    *to.last_chunk_mut::<N>()? = *from.last_chunk()?;
    Some(())
}

/// The digits of a number below 10^8.
#[inline(always)]
fn digits(value: u64) -> Word {
    let Word { bytes, len } = eight_digits(value);
    // The last digit is kept, even if it is zero.
    let zeros = ((bytes & 0x0f0f_0f0f_0f0f_0f0f) | 1 << 56).trailing_zeros() & !7;
    Word {
        bytes: bytes >> zeros,
        len: len - zeros as usize / 8,
    }
}

/// The eight digits of a number below 10^8, with leading zeros.
///
/// All digits are computed in parallel: the number is split into groups of four digits, then two,
/// then one, by multiplication with a reciprocal that is exact for groups of this size. For example,
/// 12345678 becomes 1234 and 5678, then 12, 34, 56 and 78.
#[inline(always)]
fn eight_digits(value: u64) -> Word {
    let fours = (value / 10_000) | (value % 10_000) << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - 100 * hundreds) << 16;
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    let ones = tens | (twos - 10 * tens) << 8;
    Word {
        bytes: ones | 0x3030_3030_3030_3030,
        len: 8,
    }
}
