//! The visitor that writes an event's parameters.

use super::{
    Encoded, Full,
    escape::{put, write_string},
    number::{write_integer, write_number},
    short::{self, Len, Word},
};
use crate::{
    FieldVisitor, TelemetryEvent,
    version::{self, SchemaVersion},
    visit::{Key, Sealed},
};

/// An event as the encoder sees it. What is generic over events ends here: everything behind it is
/// compiled once.
pub(crate) trait Encode {
    fn head(&self) -> &'static Head;
    fn fields(&self, writer: &mut JsonWriter<'_>);
}

/// What is the same for all events of a type.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) name: &'static str,
    pub(crate) schema: &'static str,
    version: SchemaVersion,
}

impl<E: TelemetryEvent> Encode for E {
    fn head(&self) -> &'static Head {
        const {
            &Head {
                name: E::EVENT_NAME,
                schema: E::SCHEMA_VERSION,
                version: version::of::<E>(),
            }
        }
    }

    fn fields(&self, writer: &mut JsonWriter<'_>) {
        self.visit(writer);
    }
}

/// Writes the parameters of `event` to the start of `buffer`.
pub(crate) fn encode_parameters(event: &dyn Encode, buffer: &mut [u8]) -> Result<Encoded, Full> {
    let total = buffer.len();
    let mut writer = JsonWriter {
        window: &mut *buffer,
        coerced: 0,
        schema: event.head().version,
    };
    event.fields(&mut writer);
    let JsonWriter {
        window, coerced, ..
    } = writer;
    let (close, left) = window.split_first_mut().ok_or(Full)?;
    *close = b'}';
    let mut len = total - left.len();
    if len == 1 {
        // Without fields there is no comma to make a brace of.
        len = 2;
        *buffer.first_chunk_mut().ok_or(Full)? = *b"{}";
    }
    if let Some(comma) = buffer.first_mut() {
        *comma = b'{';
    }
    Ok(Encoded { len, coerced })
}

/// A window that shrinks from the front as values are written. When a value does not fit, the
/// window is left empty: nothing fits any more, not even the closing brace.
pub(crate) struct JsonWriter<'b> {
    window: &'b mut [u8],
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
        self.window = put(key.as_bytes(), window)
            .and_then(value)
            .unwrap_or_default();
    }

    #[inline(never)]
    fn word(&mut self, key: Key, word: Word) {
        if !self.is_short(|window| short::word(key, word, window)) {
            self.any_word(key, word);
        }
    }

    /// Writes an item of a list behind `mark`, the bracket or the comma before it.
    #[inline(never)]
    fn item(&mut self, mark: u8, item: &str) {
        if !self.is_short(|window| short::item(mark, item, window)) {
            self.any_text(if mark == b'[' { "[" } else { "," }, item);
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
        match short::decimal(value) {
            Some((whole, fraction)) => {
                self.integer(key, whole);
                self.word("", fraction);
            }
            None => self.any_number(key, value),
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
        let mut mark = b'[';
        for item in items {
            self.item(mark, item);
            mark = b',';
        }
        let [end, empty] = const { [Word::of(b"]"), Word::of(b"[]")] };
        self.word("", if mark == b',' { end } else { empty });
    }

    fn coerced(&mut self) {
        self.coerced = self.coerced.saturating_add(1);
    }

    fn schema(&self) -> SchemaVersion {
        self.schema
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Fields<'f>(&'f dyn Fn(&mut JsonWriter<'_>));

    impl Encode for Fields<'_> {
        fn head(&self) -> &'static Head {
            &Head {
                name: "",
                schema: "",
                version: version::FIRST,
            }
        }

        fn fields(&self, writer: &mut JsonWriter<'_>) {
            self.0(writer);
        }
    }

    /// What `visit` writes into a buffer of so many bytes.
    fn written(visit: &dyn Fn(&mut JsonWriter<'_>), room: usize) -> Result<String, Full> {
        let mut buffer = vec![b'"'; room];
        let Encoded { len, .. } = encode_parameters(&Fields(visit), &mut buffer)?;
        buffer.truncate(len);
        Ok(String::from_utf8(buffer).expect("JSON is text"))
    }

    /// The value between a key of so many bytes and a last one, as it is written.
    fn value_written(key_len: usize, visit: impl Fn(Key, &mut JsonWriter<'_>)) -> String {
        let key: Key = format!(",\"{}\":", "k".repeat(key_len - 4)).leak();
        let visit = |writer: &mut JsonWriter<'_>| {
            visit(key, writer);
            writer.boolean(",\"last\":", true);
        };
        let whole = written(&visit, 4096).expect("4096 bytes are enough");
        // A buffer without room to spare gets the same bytes the general way.
        assert_eq!(written(&visit, whole.len()).as_deref(), Ok(&*whole));
        for room in (0..whole.len()).step_by(11).chain([whole.len() - 1]) {
            assert_eq!(written(&visit, room), Err(Full), "{room} of {whole}");
        }
        let value = whole.strip_prefix(&key.replacen(',', "{", 1));
        let value = value.and_then(|value| value.strip_suffix(",\"last\":true}"));
        value.expect("the key and the last one").to_owned()
    }

    #[test]
    fn keys_and_texts_of_every_length_are_written_as_serde_json_writes_them() {
        for len in 0..80 {
            for special in [None, Some('"'), Some('\\'), Some('\u{1f}'), Some('é')] {
                for place in [0, len / 2, len] {
                    let (before, after) = ("a".repeat(place), "~".repeat(len - place));
                    let text = format!(
                        "{before}{}{after}",
                        special.map_or(String::new(), String::from)
                    );
                    let expected = json!(text).to_string();
                    let visit = |key, writer: &mut JsonWriter<'_>| writer.text(key, &text);
                    assert_eq!(value_written(5 + len, visit), expected);
                }
            }
        }
    }

    #[test]
    fn every_byte_that_json_escapes_is_found_everywhere() {
        for byte in 0..=0x7f_u8 {
            for len in [1, 2, 3, 4, 7, 8, 16, 17, 32, 33, 64, 65, 80] {
                for place in 0..len {
                    let mut text = vec![b'a'; len];
                    text[place] = byte;
                    let text = String::from_utf8(text).expect("ASCII");
                    let items = [text.as_str(), "", text.as_str()];
                    let visit = |writer: &mut JsonWriter<'_>| {
                        writer.text(",\"text\":", &text);
                        writer.list(",\"list\":", items.into_iter());
                    };
                    let expected = json!({ "text": text, "list": items }).to_string();
                    assert_eq!(written(&visit, 2048), Ok(expected));
                }
            }
        }
    }

    #[test]
    fn values_of_every_type_are_written_as_serde_json_writes_them() {
        for integers in [0..1_000_000, 99_990_000..100_010_000, -1000..0] {
            for value in integers.step_by(7) {
                let visit = |writer: &mut JsonWriter<'_>| writer.integer(",\"n\":", value);
                assert_eq!(written(&visit, 300), Ok(format!("{{\"n\":{value}}}")));
            }
        }
        for key_len in [5, 8, 9, 16, 17, 32, 33, 64, 65, 100] {
            assert_eq!(
                value_written(key_len, |key, w| w.boolean(key, true)),
                "true"
            );
            assert_eq!(
                value_written(key_len, |key, w| w.boolean(key, false)),
                "false"
            );
            assert_eq!(
                value_written(key_len, |key, w| w.quoted(key, "\"x\"")),
                "\"x\""
            );
            for value in [
                0,
                -1,
                -2,
                9,
                10,
                12_345_678,
                99_999_999,
                100_000_000,
                i64::MIN,
            ] {
                assert_eq!(
                    value_written(key_len, |key, w| w.integer(key, value)),
                    value.to_string()
                );
            }
            for items in [&[][..], &["one"], &["one", "two, three", "\"four\""]] {
                let written = value_written(key_len, |key, w| w.list(key, items.iter().copied()));
                assert_eq!(written, json!(items).to_string());
            }
        }
        let long = "\"a ready-made value of more than sixty-four bytes, which none of ours is\"";
        assert_eq!(value_written(9, |key, w| w.quoted(key, long)), long);
        assert_eq!(written(&|_| (), 2).as_deref(), Ok("{}"));
    }

    #[test]
    fn numbers_with_few_decimals_are_written_as_serde_json_writes_them() {
        let mut random = fastrand::Rng::with_seed(7);
        let edges = [
            0.0,
            -0.0,
            -1.0,
            0.5,
            -0.5,
            0.001,
            0.0005,
            1e12,
            1e15,
            1e16,
            5e-324,
            f64::MAX,
        ];
        let rounded = (0..50_000).map(|_| {
            let scale = [1.0, 10.0, 100.0, 1000.0, 10_000.0][random.usize(0..5)];
            let bits = random.u32(1..53);
            let sign = if random.bool() { 1.0 } else { -1.0 };
            let value = sign * random.u64(0..1 << bits) as f64 / scale;
            // Or its neighbour, which looks much alike.
            f64::from_bits(value.to_bits() + u64::from(random.u8(0..4) == 0))
        });
        for value in edges.into_iter().chain(rounded) {
            let visit = |writer: &mut JsonWriter<'_>| writer.number(",\"n\":", value);
            let expected = json!({ "n": value }).to_string();
            assert_eq!(written(&visit, 300), Ok(expected));
        }
    }
}
