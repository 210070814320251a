//! The visitor that writes an event's parameters.

use super::{
    Encoded, Full,
    escape::{put, write_string},
    number::{whole, write_integer, write_number},
    short::{self, Len, Word},
};
use crate::{
    FieldVisitor, TelemetryEvent,
    version::{self, SchemaVersion},
    visit::{Key, Sealed},
};

/// Writes the parameters of `event` to the start of `buffer`.
pub(crate) fn encode_parameters<E: TelemetryEvent>(
    event: &E,
    buffer: &mut [u8],
) -> Result<Encoded, Full> {
    let schema = const { version::of::<E>() };
    encode_visited(schema, &|writer| event.visit(writer), buffer)
}

/// As [`encode_parameters`], compiled once for all events: what is generic over them is `visit`.
fn encode_visited(
    schema: SchemaVersion,
    visit: &dyn Fn(&mut JsonWriter<'_>),
    buffer: &mut [u8],
) -> Result<Encoded, Full> {
    let total = buffer.len();
    let mut writer = JsonWriter {
        window: &mut *buffer,
        full: false,
        coerced: 0,
        schema,
    };
    visit(&mut writer);
    let JsonWriter {
        window,
        full,
        coerced,
        ..
    } = writer;
    // An event without fields has no comma to make a brace of.
    let close = if window.len() == total { "{}" } else { "}" };
    let (end, left) = window.split_at_mut_checked(close.len()).ok_or(Full)?;
    end.copy_from_slice(close.as_bytes());
    let len = total - left.len();
    match buffer.first_mut() {
        Some(first) if !full => *first = b'{',
        _ => return Err(Full),
    }
    Ok(Encoded { len, coerced })
}

/// A window that shrinks from the front as values are written. When a value does not fit, the
/// window is left empty and `full` set.
pub(super) struct JsonWriter<'b> {
    window: &'b mut [u8],
    full: bool,
    coerced: u32,
    schema: SchemaVersion,
}

impl<'b> JsonWriter<'b> {
    /// Goes on behind what `write` wrote to the start of the window. False when it declined.
    #[inline(always)]
    fn is_short(&mut self, write: impl FnOnce(&mut [u8]) -> Option<Len>) -> bool {
        let Some(len) = write(self.window) else {
            return false;
        };
        let window = std::mem::take(&mut self.window);
        self.window = window.get_mut(usize::from(len)..).unwrap_or_default();
        true
    }

    /// Writes the key, then whatever `value` writes.
    #[inline]
    fn entry(&mut self, key: Key, value: impl FnOnce(&'b mut [u8]) -> Option<&'b mut [u8]>) {
        let window = std::mem::take(&mut self.window);
        match put(key.as_bytes(), window).and_then(value) {
            Some(rest) => self.window = rest,
            None => self.full = true,
        }
    }

    #[inline(never)]
    fn word(&mut self, key: Key, word: Word) {
        if !self.is_short(|window| short::word(key, word, window)) {
            self.any_word(key, word);
        }
    }

    /// Writes an item of a list behind `mark`, the bracket or the comma before it.
    #[inline(never)]
    fn item(&mut self, mark: Key, item: &str) {
        if !self.is_short(|window| short::item(mark, item, window)) {
            self.any_text(mark, item);
        }
    }

    #[inline(never)]
    fn any_word(&mut self, key: Key, word: Word) {
        self.entry(key, |window| put(word.text(&mut [0; 8])?, window));
    }

    #[inline(never)]
    fn any_integer(&mut self, key: Key, value: i64) {
        self.entry(key, |window| write_integer(value, window));
    }

    #[inline(never)]
    fn any_number(&mut self, key: Key, value: f64) {
        self.entry(key, |window| write_number(value, window));
    }

    #[inline(never)]
    fn any_text(&mut self, key: Key, value: &str) {
        self.entry(key, |window| write_string(value, window));
    }

    #[inline(never)]
    fn any_quoted(&mut self, key: Key, value: &'static str) {
        self.entry(key, |window| put(value.as_bytes(), window));
    }
}

impl Sealed for JsonWriter<'_> {}

// One instance of each for all events: a fused key and a value are all that differs between fields.
// The general ways stand apart (`any_...`), so that the short ones need no stack.
impl FieldVisitor for JsonWriter<'_> {
    fn boolean(&mut self, key: Key, value: bool) {
        let [yes, no] = const { [Word::of(b"true"), Word::of(b"false")] };
        self.word(key, if value { yes } else { no });
    }

    #[inline(never)]
    fn integer(&mut self, key: Key, value: i64) {
        match short::integer(value) {
            Some(digits) => self.word(key, digits),
            None => self.any_integer(key, value),
        }
    }

    #[inline(never)]
    fn number(&mut self, key: Key, value: f64) {
        let value = if value.is_finite() {
            value
        } else {
            self.coerced();
            -1.0
        };
        match whole(value).and_then(short::integer) {
            Some(digits) if digits.len() <= 6 => {
                self.word(key, digits.then(const { Word::of(b".0") }));
            }
            _ => self.any_number(key, value),
        }
    }

    #[inline(never)]
    fn text(&mut self, key: Key, value: &str) {
        if !self.is_short(|window| short::text(key, value, window)) {
            self.any_text(key, value);
        }
    }

    #[inline(never)]
    fn quoted(&mut self, key: Key, value: &'static str) {
        if !self.is_short(|window| short::literal(key, value, window)) {
            self.any_quoted(key, value);
        }
    }

    fn list<'i>(&mut self, key: Key, items: impl Iterator<Item = &'i str>) {
        self.word(key, const { Word::of(b"") });
        let mut mark = "[";
        for item in items {
            self.item(mark, item);
            mark = ",";
        }
        let [end, empty] = const { [Word::of(b"]"), Word::of(b"[]")] };
        self.word("", if mark == "," { end } else { empty });
    }

    fn coerced(&mut self) {
        self.coerced = self.coerced.saturating_add(1);
    }

    fn schema(&self) -> SchemaVersion {
        self.schema
    }
}
