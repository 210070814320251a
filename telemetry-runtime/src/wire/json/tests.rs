//! The bytes of each value, compared with those of serde_json.

use serde_json::json;

use super::{
    BufferTooSmall, Encoded,
    writer::{Encode, Head, JsonWriter, encode_parameters},
};
use crate::event::{
    descriptor::{EventDescriptor, Gdpr, GdprCategory, place::Place},
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key},
};

const EVENT: EventDescriptor = EventDescriptor {
    name: "",
    schema_version: "",
    docs: "",
    gdpr: Gdpr {
        category: GdprCategory::Functional,
        purpose: "",
    },
    never: &[],
    limit: None,
    owner: None,
    review: None,
    expires: None,
    fields: &[],
    place: Place::UNKNOWN,
};

struct Fields<'f>(&'f dyn Fn(&mut JsonWriter<'_, '_>));

impl Encode for Fields<'_> {
    fn head(&self) -> &'static Head {
        &Head {
            name: "",
            schema: "",
            descriptor: &EVENT,
            version: SchemaVersion::FIRST,
        }
    }

    fn fields(&self, window: &mut [u8], coerced: &mut u32) -> usize {
        let head = self.head();
        let mut writer = JsonWriter {
            window,
            coerced,
            head,
        };
        self.0(&mut writer);
        writer.window.len()
    }

    #[cfg(feature = "otlp")]
    fn attributes(&self, _: &mut [u8], _: &mut u32) -> usize {
        unreachable!("these tests write parameters")
    }
}

/// The output of `visit` in a buffer of `size` bytes.
fn written(visit: &dyn Fn(&mut JsonWriter<'_, '_>), size: usize) -> Result<String, BufferTooSmall> {
    let mut buffer = vec![b'"'; size];
    let Encoded { len, .. } = encode_parameters(&Fields(visit), &mut buffer)?;
    buffer.truncate(len.get());
    Ok(String::from_utf8(buffer).expect("JSON is text"))
}

/// The output of `visit`, which writes one value with a key of `key_len` bytes.
fn value_written(key_len: usize, visit: impl Fn(Key, &mut JsonWriter<'_, '_>)) -> String {
    let key: Key = format!(",\"{}\":", "k".repeat(key_len - 4)).leak();
    let visit = |writer: &mut JsonWriter<'_, '_>| {
        visit(key, writer);
        writer.boolean(",\"last\":", true);
    };
    let whole = written(&visit, 4096).expect("4096 bytes are enough");
    // A buffer of exactly the needed size takes the general path.
    // It produces the same bytes.
    assert_eq!(written(&visit, whole.len()).as_deref(), Ok(&*whole));
    for size in (0..whole.len()).step_by(11).chain([whole.len() - 1]) {
        assert_eq!(
            written(&visit, size),
            Err(BufferTooSmall),
            "{size} of {whole}"
        );
    }
    let value = whole.strip_prefix(&key.replacen(',', "{", 1));
    let value = value.and_then(|value| value.strip_suffix(",\"last\":true}"));
    value
        .expect("the value between its key and the last field")
        .to_owned()
}

#[test]
fn keys_and_texts_of_every_length_are_written_as_by_serde_json() {
    for len in 0..80 {
        for special in [None, Some('"'), Some('\\'), Some('\u{1f}'), Some('é')] {
            for place in [0, len / 2, len] {
                let (before, after) = ("a".repeat(place), "~".repeat(len - place));
                let text = format!(
                    "{before}{}{after}",
                    special.map_or(String::new(), String::from)
                );
                let expected = json!(text).to_string();
                let visit = |key, writer: &mut JsonWriter<'_, '_>| writer.text(key, &text);
                assert_eq!(value_written(5 + len, visit), expected);
            }
        }
    }
}

#[test]
fn every_byte_that_json_escapes_is_found_at_every_position() {
    for byte in 0..=0x7f_u8 {
        for len in [1, 2, 3, 4, 7, 8, 16, 17, 32, 33, 64, 65, 80] {
            for place in 0..len {
                let mut text = vec![b'a'; len];
                text[place] = byte;
                let text = String::from_utf8(text).expect("ASCII");
                let items = [text.as_str(), "", text.as_str()];
                let visit = |writer: &mut JsonWriter<'_, '_>| {
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
fn values_of_every_type_are_written_as_by_serde_json() {
    for integers in [0..1_000_000, 99_990_000..100_010_000, -1000..0] {
        for value in integers.step_by(7) {
            let visit = |writer: &mut JsonWriter<'_, '_>| writer.integer(",\"n\":", value);
            assert_eq!(written(&visit, 300), Ok(format!("{{\"n\":{value}}}")));
        }
    }
    let mut random = fastrand::Rng::with_seed(9);
    let long = (0..50_000).map(|_| random.i64(..) >> random.u32(..64));
    let powers = (0..19).flat_map(|n| [-1, 0, 1].map(|by| 10_i64.pow(n) + by));
    for value in long.chain(powers) {
        let visit = |writer: &mut JsonWriter<'_, '_>| writer.integer(",\"n\":", value);
        assert_eq!(written(&visit, 300), Ok(format!("{{\"n\":{value}}}")));
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
            i64::MAX,
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
    let long = "\"a value of more than sixty-four bytes, longer than any value of this crate\"";
    assert_eq!(value_written(9, |key, w| w.quoted(key, long)), long);
    assert_eq!(written(&|_| (), 2).as_deref(), Ok("{}"));
}

#[test]
fn numbers_are_written_as_by_serde_json() {
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
        // In one of four cases the next double, which has more digits.
        f64::from_bits(value.to_bits() + u64::from(random.u8(0..4) == 0))
    });
    let mut bits = fastrand::Rng::with_seed(8);
    let any = (0..50_000).map(|_| f64::from_bits(bits.u64(..)));
    let finite = any.filter(|value| value.is_finite());
    for value in edges.into_iter().chain(rounded).chain(finite) {
        let visit = |writer: &mut JsonWriter<'_, '_>| writer.number(",\"n\":", value);
        let expected = json!({ "n": value }).to_string();
        assert_eq!(written(&visit, 300), Ok(expected));
    }
}
