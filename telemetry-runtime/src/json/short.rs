//! The usual entry: a short key and a short value that needs no escape.
//!
//! Each function here writes a whole entry to the start of a window and returns its length, or
//! declines with `None`; then the general way writes it. What they gain is that they call nothing:
//! a text of 4 to 64 bytes is two loads and two stores that overlap in the middle, and the digits of
//! a number and the search for escapes are arithmetic on whole words.

/// Where an entry is written. What is left of a window must be as long: one check, and the compiler
/// knows that every short entry fits.
type Room = [u8; 256];

/// The length of an entry, which is less than that of its room.
pub(super) type Len = u8;

/// Text as a JSON string, behind its key.
#[inline(always)]
pub(super) fn text(key: &str, text: &str, window: &mut [u8]) -> Option<Len> {
    let room = window.first_chunk_mut()?;
    let at = copy_key(key, room)?;
    string(text.as_bytes(), room, at)
}

/// An item of a list, behind the bracket or the comma that comes before.
#[inline(always)]
pub(super) fn item(mark: u8, text: &str, window: &mut [u8]) -> Option<Len> {
    let room: &mut Room = window.first_chunk_mut()?;
    room[0] = mark;
    string(text.as_bytes(), room, 1)
}

/// A ready-made value behind its key.
#[inline(always)]
pub(super) fn literal(key: &str, literal: &str, window: &mut [u8]) -> Option<Len> {
    let room = window.first_chunk_mut()?;
    let at = copy_key(key, room)?;
    copy(literal.as_bytes(), room, at)?;
    Some((at + literal.len()) as Len)
}

/// A few bytes behind a key.
#[inline(always)]
pub(super) fn word(key: &str, word: Word, window: &mut [u8]) -> Option<Len> {
    let room = window.first_chunk_mut()?;
    let at = copy_key(key, room)?;
    put(word.bytes.to_le_bytes(), room, at)?;
    Some((at + word.len) as Len)
}

/// Up to eight bytes in one register.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// The first byte is the lowest; those that do not count are zero.
    bytes: u64,
    len: usize,
}

impl Word {
    pub(super) const fn of(mut text: &[u8]) -> Self {
        let mut word = Self { bytes: 0, len: 0 };
        while let [byte, rest @ ..] = text {
            word.bytes |= (*byte as u64) << (8 * word.len);
            word.len += 1;
            text = rest;
        }
        word
    }

    pub(super) fn text(self, room: &mut [u8; 8]) -> Option<&[u8]> {
        *room = self.bytes.to_le_bytes();
        room.get(..self.len)
    }
}

/// The sentinel, or a whole number of up to eight digits.
#[inline(always)]
pub(super) fn integer(value: i64) -> Option<Word> {
    match value {
        0..=9 => Some(Word {
            bytes: u64::from(b'0') + value as u64,
            len: 1,
        }),
        10..=99_999_999 => Some(digits(value as u64)),
        -1 => Some(const { Word::of(b"-1") }),
        _ => None,
    }
}

/// The whole part of a number with at most three decimals, and the rest of it.
///
/// Most numbers that telemetry records are whole or were rounded: there is no need to search for
/// their shortest form. `value` must be the one double nearest to so many thousandths, and their
/// number so small that no other has fewer digits.
#[inline(always)]
pub(super) fn decimal(value: f64) -> Option<(i64, Word)> {
    const MOST: i64 = 1_000_000_000_000_000;
    let thousandths = (value * 1000.0 + 0.5_f64.copysign(value)) as i64;
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    // Comparing bits lets -0.0 through; the whole part of -0.5 would lose its sign.
    let is_same = (thousandths as f64 / 1000.0).to_bits() == value.to_bits();
    if !is_same || !(-MOST..MOST).contains(&thousandths) || (value < 0.0 && rest != 0) {
        return None;
    }
    let rest = rest as u64;
    let digits = (rest / 100) | ((rest / 10 % 10) << 8) | ((rest % 10) << 16);
    let len = match (rest % 10, rest % 100) {
        (0, 0) => 1,
        (0, _) => 2,
        _ => 3,
    };
    let text = u64::from(b'.') | (digits | 0x30_3030) << 8;
    Some((
        whole,
        Word {
            bytes: text & u64::MAX >> (56 - 8 * len),
            len: 1 + len,
        },
    ))
}

/// Writes a string at `at`; returns where it ends.
#[inline(always)]
fn string(text: &[u8], room: &mut Room, at: usize) -> Option<Len> {
    copy_plain(text, room, at + 1)?;
    put([b'"'], room, at)?;
    put([b'"'], room, at + 1 + text.len())?;
    Some((at + text.len() + 2) as Len)
}

#[inline(always)]
fn put<const N: usize>(bytes: [u8; N], room: &mut Room, at: usize) -> Option<()> {
    *room.get_mut(at..)?.first_chunk_mut()? = bytes;
    Some(())
}

/// Copies the key to the start of `room`; returns where it ends.
#[inline(always)]
fn copy_key(key: &str, room: &mut Room) -> Option<usize> {
    copy(key.as_bytes(), room, 0)?;
    // Which is 64 at most: with the remainder the compiler sees it, too.
    Some(key.len() % 128)
}

/// Copies `from` to `at`.
#[inline(always)]
fn copy(from: &[u8], room: &mut Room, at: usize) -> Option<()> {
    match from.len() {
        17..=32 => _ = copy_ends::<16>(from, room, at)?,
        8..=16 => _ = copy_ends::<8>(from, room, at)?,
        33..=64 => _ = copy_ends::<32>(from, room, at)?,
        4..=7 => _ = copy_ends::<4>(from, room, at)?,
        0 => {}
        _ => return None,
    }
    Some(())
}

/// As [`copy`], for text without a byte that JSON escapes.
#[inline(always)]
fn copy_plain(from: &[u8], room: &mut Room, at: usize) -> Option<()> {
    let special = match from.len() {
        8..=16 => special(copy_ends::<8>(from, room, at)?.as_flattened()),
        17..=32 => special(copy_ends::<16>(from, room, at)?.as_flattened()),
        33..=64 => special(copy_ends::<32>(from, room, at)?.as_flattened()),
        4..=7 => special(copy_ends::<4>(from, room, at)?.as_flattened()),
        1..=3 => {
            let middle = from.len() / 2;
            let byte = *from.get(middle)?;
            put([byte], room, at + middle)?;
            let [[first], [last]] = copy_ends(from, room, at)?;
            special(&[first, byte, last, b' ', b' ', b' ', b' ', b' '])
        }
        0 => 0,
        _ => return None,
    };
    (special == 0).then_some(())
}

/// Copies the first and the last `N` bytes, which is all when `from` has `N` to `2 * N`.
#[inline(always)]
fn copy_ends<const N: usize>(from: &[u8], room: &mut Room, at: usize) -> Option<[[u8; N]; 2]> {
    let ends = [*from.first_chunk()?, *from.last_chunk()?];
    put(ends[0], room, at)?;
    put(ends[1], room, at + from.len() - N)?;
    Some(ends)
}

/// Not zero when one of the bytes, a multiple of eight, is below 0x20, a quote or a backslash.
///
/// Subtracting sets the high bit of a byte that is too small (Hacker's Delight, 6-1). With its bit 1
/// turned over a quote is 0x20, and no other byte changes sides of 0x21.
#[inline(always)]
fn special(bytes: &[u8]) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    let (words, _) = bytes.as_chunks();
    words.iter().fold(0, |found, word| {
        let word = u64::from_le_bytes(*word);
        let control_or_quote = (word ^ (ONES * 0x02)).wrapping_sub(ONES * 0x21);
        let backslash = (word ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
        found | (control_or_quote | backslash) & !word & (ONES << 7)
    })
}

/// The digits of a number below 10^8.
///
/// All eight are made at once: halves of four digits, then of two, then of one, each by multiplying
/// with a reciprocal that is exact for so few digits.
#[inline(always)]
fn digits(value: u64) -> Word {
    let fours = (value / 10_000) | (value % 10_000) << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - 100 * hundreds) << 16;
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    let ones = tens | (twos - 10 * tens) << 8;
    // The last digit stays, even when it is a zero.
    let zeros = (ones | 1 << 56).trailing_zeros() & !7;
    Word {
        bytes: (ones | 0x3030_3030_3030_3030) >> zeros,
        len: 8 - zeros as usize / 8,
    }
}
