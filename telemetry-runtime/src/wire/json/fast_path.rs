//! Values as they usually are: text of at most 64 bytes that needs no escape, and short numbers.
//!
//! Each function writes one value to the start of a window and returns what is left of it, which is
//! nothing when the value does not fit. What they gain is that they call nothing: a text of 4 to 64
//! bytes is two loads and two stores that overlap in the middle, the search for escapes takes 16
//! bytes at a time, and the digits of a number are arithmetic on whole words. The rest goes the
//! general way.

use super::escape::{put, special, write_string};

/// Text as a JSON string.
#[inline(never)]
pub(super) fn text<'b>(text: &str, window: &'b mut [u8]) -> &'b mut [u8] {
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

/// A ready-made value.
#[inline(never)]
pub(super) fn literal<'b>(literal: &'static str, window: &'b mut [u8]) -> &'b mut [u8] {
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
pub(super) fn list<'b, 'i>(
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

#[inline(never)]
fn list_end(mark: u8, window: &mut [u8]) -> &mut [u8] {
    let [empty, end] = const { [Word::of(b"[]"), Word::of(b"]")] };
    word(if mark == b'[' { empty } else { end }, window)
}

#[inline(never)]
pub(super) fn boolean(value: bool, window: &mut [u8]) -> &mut [u8] {
    let [yes, no] = const { [Word::of(b"true"), Word::of(b"false")] };
    word(if value { yes } else { no }, window)
}

#[inline(never)]
pub(super) fn integer(value: i64, window: &mut [u8]) -> &mut [u8] {
    // The one call is the last thing done: no register needs saving.
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

/// A number that is finite.
#[inline(never)]
pub(super) fn number(value: f64, window: &mut [u8]) -> &mut [u8] {
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
fn byte(byte: u8, window: &mut [u8]) -> &mut [u8] {
    let Some((start, rest)) = window.split_first_mut() else {
        return &mut [];
    };
    *start = byte;
    rest
}

/// Up to eight bytes in one register.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// The first byte is the lowest; those behind `len` are of no account.
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

/// A few bytes. What lies behind them is written over by what comes next.
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

/// The whole part of a number with at most three decimals, and the rest of it.
///
/// Most numbers that telemetry records are whole or were rounded: there is no need to search for
/// their shortest form. `value` must be the one double nearest to so many thousandths, and their
/// number so small that no other has fewer digits.
#[inline(always)]
fn decimal(value: f64) -> Option<(i64, Word)> {
    const MOST: i64 = 1_000_000_000_000_000;
    let thousandths = (value * 1000.0 + 0.5_f64.copysign(value)) as i64;
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    // Comparing bits lets -0.0 through; the whole part of -0.5 would lose its sign.
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

/// Writes a string of 4 to 64 bytes that needs no escape; returns its length.
#[inline(always)]
fn string(text: &[u8], window: &mut [u8]) -> Option<usize> {
    let len = text.len() + 2;
    let (string, _) = window.split_at_mut_checked(len)?;
    let (open, string) = string.split_first_mut()?;
    let (close, body) = string.split_last_mut()?;
    // Before the copy: the compiler makes vector instructions of it only as long as it has not
    // loaded the same bytes as whole words.
    if !is_plain(text)? {
        return None;
    }
    copy_short(text, body)?;
    *open = b'"';
    *close = b'"';
    Some(len)
}

/// True for text of 4 to 64 bytes without one that JSON escapes.
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

/// Copies 4 to 64 bytes to where there is room for exactly so many.
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

/// Copies the first and the last `N` bytes, which is all when `from` has `N` to `2 * N`.
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
    // The last digit stays, even when it is a zero.
    let zeros = ((bytes & 0x0f0f_0f0f_0f0f_0f0f) | 1 << 56).trailing_zeros() & !7;
    Word {
        bytes: bytes >> zeros,
        len: len - zeros as usize / 8,
    }
}

/// The digits of a number below 10^8, zeros in front included.
///
/// All are made at once: halves of four digits, then of two, then of one, each by multiplying with a
/// reciprocal that is exact for so few digits.
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
