//! Arbitrary events: the writer's bytes are JSON, hold the recorded values, and equal serde_json's.

use std::{borrow::Cow, collections::BTreeSet};

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use telemetry_examples::nemo::TaskStatus;
use telemetry_runtime::TelemetryEvent;

/// One field of every type.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(name = "everything", schema = "1.10")]
struct Everything<'a> {
    /// A switch.
    switch: bool,
    /// The smallest integer type.
    tiny: i8,
    /// An unsigned integer.
    #[event(required)]
    unsigned: u32,
    /// The largest integer type.
    large: i64,
    /// An integer with bounds.
    #[event(range(min = -1, max = 1000))]
    bounded: i64,
    /// A number.
    number: f64,
    /// A number with another default than -1.0.
    #[event(default = 0.5)]
    half: f64,
    /// A smaller number.
    single: f32,
    /// A closed set.
    status: TaskStatus,
    /// Text.
    #[event(free_text = "made up by the test")]
    text: String,
    /// Text that may be borrowed.
    #[event(free_text = "made up by the test")]
    borrowed: Cow<'a, str>,
    /// Text that is borrowed.
    #[event(free_text = "made up by the test")]
    slice: &'a str,
    /// Text of at most eight characters.
    #[event(free_text = "made up by the test", max_len = 8, default = "unknown")]
    short: String,
    /// A list.
    #[event(free_text = "made up by the test")]
    list: Vec<String>,
    /// A sorted list.
    #[event(free_text = "made up by the test")]
    set: BTreeSet<String>,
    /// A list that is borrowed.
    #[event(free_text = "made up by the test")]
    items: &'a [String],
}

/// Values of one event, and the wire that they must become.
#[derive(Debug, Clone)]
struct Values {
    switch: bool,
    tiny: i8,
    unsigned: u32,
    large: i64,
    bounded: i64,
    number: f64,
    half: f64,
    single: f32,
    status: TaskStatus,
    texts: [String; 4],
    list: Vec<String>,
}

impl Values {
    fn event(&self) -> Everything<'_> {
        let [text, borrowed, slice, short] = &self.texts;
        Everything::builder()
            .unsigned(self.unsigned)
            .switch(self.switch)
            .tiny(self.tiny)
            .large(self.large)
            .bounded(self.bounded)
            .number(self.number)
            .half(self.half)
            .single(self.single)
            .status(self.status)
            .text(text.clone())
            .borrowed(borrowed.as_str())
            .slice(slice.as_str())
            .short(short.clone())
            .list(self.list.clone())
            .set(self.list.iter().cloned().collect::<BTreeSet<_>>())
            .items(self.list.as_slice())
            .build()
    }

    fn wire(&self) -> Value {
        let finite =
            |number: f64, sentinel: f64| if number.is_finite() { number } else { sentinel };
        let [text, borrowed, slice, short] = &self.texts;
        json!({
            "switch": self.switch,
            "tiny": self.tiny,
            "unsigned": self.unsigned,
            "large": self.large,
            "bounded": if (-1..=1000).contains(&self.bounded) { self.bounded } else { -1 },
            "number": finite(self.number, -1.0),
            "half": finite(self.half, 0.5),
            "single": finite(f64::from(self.single), -1.0),
            "status": self.status.as_str(),
            "text": text,
            "borrowed": borrowed,
            "slice": slice,
            "short": short.chars().take(8).collect::<String>(),
            "list": self.list,
            "set": self.list.iter().collect::<BTreeSet<_>>(),
            "items": self.list,
        })
    }
}

/// Text with much of what is awkward: controls, quotes, every plane, runs of one character.
fn texts() -> impl Strategy<Value = String> {
    let awkward = select(vec![
        '"',
        '\\',
        '/',
        '\0',
        '\u{1}',
        '\u{8}',
        '\t',
        '\n',
        '\u{b}',
        '\u{c}',
        '\r',
        '\u{1f}',
        ' ',
        '\u{7f}',
        '\u{80}',
        '\u{9f}',
        '\u{2028}',
        '\u{2029}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{feff}',
        '\u{ffff}',
        '\u{10000}',
        '\u{1f600}',
        '\u{10ffff}',
        'é',
        '<',
        '&',
    ]);
    let characters = prop_oneof![awkward, any::<char>(), prop::char::range(' ', '~')];
    prop_oneof![
        4 => vec(characters.clone(), 0..40).prop_map(|text| text.into_iter().collect()),
        1 => (characters, 0_usize..1200).prop_map(|(c, n)| c.to_string().repeat(n)),
    ]
}

/// Bits: every exponent, both zeros, subnormal numbers, infinities and NaN.
fn floats() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        select(vec![
            0.0,
            -0.0,
            1.0,
            0.1,
            1e16,
            1e21,
            1e-7,
            5e-324,
            f64::MIN,
            f64::MAX
        ]),
        select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
        any::<i32>().prop_map(f64::from),
    ]
}

fn integers() -> impl Strategy<Value = i64> {
    let ends = vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    prop_oneof![any::<i64>(), select(ends), -2000_i64..2000]
}

fn values() -> impl Strategy<Value = Values> {
    let statuses = vec![
        TaskStatus::Success,
        TaskStatus::Interrupted,
        TaskStatus::Undefined,
    ];
    let numbers = (floats(), floats(), any::<u32>().prop_map(f32::from_bits));
    let integers = (any::<i8>(), any::<u32>(), integers(), integers());
    let strings = (texts(), texts(), texts(), texts(), vec(texts(), 0..6));
    (any::<bool>(), integers, numbers, select(statuses), strings).prop_map(
        |(switch, (tiny, unsigned, large, bounded), (number, half, single), status, strings)| {
            let (text, borrowed, slice, short, list) = strings;
            Values {
                switch,
                tiny,
                unsigned,
                large,
                bounded,
                number,
                half,
                single,
                status,
                texts: [text, borrowed, slice, short],
                list,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        // A failure is shown in full; nothing is written into the tree.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_writers_json_holds_the_recorded_values(values in values()) {
        let written = values.event().parameters().to_json();
        // As text: key order, integers that are not floats, every bit of a float.
        prop_assert_eq!(&written, &values.wire().to_string());
        let read: Value = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(read.to_string(), written);
    }

    #[test]
    fn serde_json_writes_the_same_bytes(values in values()) {
        let event = values.event();
        let serialized = serde_json::to_vec(&event.parameters()).unwrap();
        prop_assert_eq!(event.parameters().to_json().into_bytes(), serialized);
    }
}

#[test]
fn every_character_of_the_first_planes_is_written_as_serde_json_does() {
    let mut text = String::new();
    for character in ('\0'..'\u{3000}').chain('\u{ff00}'..'\u{10400}') {
        text.push(character);
    }
    let event = Everything::builder().unsigned(0).text(text.clone()).build();
    let written: Value = serde_json::from_str(&event.parameters().to_json()).unwrap();
    assert_eq!(written["text"], Value::from(text.clone()));
    // Alone, too: a run of plain text around it can hide an escape.
    for character in text.chars() {
        let event = Everything::builder()
            .unsigned(0)
            .text(character.to_string())
            .build();
        let serialized = serde_json::to_string(&event.parameters()).unwrap();
        assert_eq!(event.parameters().to_json(), serialized, "{character:?}");
    }
}
