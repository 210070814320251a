//! Every recorded point in time: the same text on the wire.

use std::collections::BTreeMap;

use crate::moments::{from_iso, from_unix};
use telemetry_runtime::envelope::Timestamp;
use telemetry_tests::vectors::{Vector, assert_differences, load};

const ROUNDED: &str = "Guardrails rounds to microseconds before it cuts; ours cuts what the \
                       nanosecond clock says";
const YEAR: &str = "glibc prints years below 1000 with fewer than four digits, which RFC 3339 \
                    does not know";
const SATURATES: &str = "the module fails outside the years 1 to 9999; ours saturates outside 0000 \
                         to 9999, so that no clock can make recording fail";
const NO_TIME: &str = "it cannot become a `SystemTime`: the module, too, fails";

/// Vectors that are answered differently on purpose, and why. Nothing else may differ.
const DIFFERENT: &[(&str, &str)] = &[
    ("unix/0.0009995", ROUNDED),
    ("unix/0.0009999994", ROUNDED),
    ("unix/0.9999995", ROUNDED),
    ("unix/0.9999996", ROUNDED),
    ("unix/y2026_001", ROUNDED),
    ("unix/neg_1.0000001", ROUNDED),
    ("unix/random_23", ROUNDED),
    ("unix/y999", YEAR),
    ("datetime/y999", YEAR),
    ("unix/y9999_int_plus", SATURATES),
    ("unix/y1_before", SATURATES),
    ("unix/inf", NO_TIME),
    ("unix/neg_inf", NO_TIME),
    ("unix/1e20", NO_TIME),
    ("unix/max_float", NO_TIME),
    ("unix/int_1e30", NO_TIME),
];

/// The text for the vector's input, or why there is none.
fn text(vector: &Vector) -> Result<String, String> {
    let at = match vector.text("kind") {
        "datetime" => from_iso(vector.text("input")),
        "unix_seconds" => {
            let seconds = vector.get("input").as_f64();
            let seconds = seconds.ok_or("not a number that JSON can hold")?;
            if seconds.abs() > 1e15 {
                return Err("no point in time".to_owned());
            }
            from_unix(seconds)
        }
        other => panic!("unknown kind `{other}`"),
    };
    Ok(Timestamp::from(at).to_string())
}

/// The result of rounding to microseconds first, half to even.
fn rounded_first(vector: &Vector) -> Option<String> {
    let seconds = vector.get("input").as_f64()?;
    let whole = seconds.floor();
    let micros = ((seconds - whole) * 1e6).round_ties_even();
    Some(
        Timestamp::from(from_unix(whole) + std::time::Duration::from_micros(micros as u64))
            .to_string(),
    )
}

#[test]
fn every_recorded_time_has_the_same_text() {
    let mut different = BTreeMap::new();
    for vector in load("timestamps") {
        let expected = vector.find("expected").and_then(|text| text.as_str());
        let difference = match text(&vector) {
            Ok(text) if expected == Some(&text) => continue,
            Ok(text) => format!("wrote {text}, recorded {expected:?}"),
            Err(why) => why,
        };
        different.insert(vector.id().to_owned(), difference);
    }
    assert_differences("timestamps.json", &different, DIFFERENT);
}

#[test]
fn where_rounding_is_the_difference_nothing_else_is() {
    let vectors = load("timestamps");
    for (id, _) in DIFFERENT.iter().filter(|(_, reason)| *reason == ROUNDED) {
        let vector = vectors.iter().find(|vector| vector.id() == *id).unwrap();
        assert_eq!(
            rounded_first(vector).as_deref(),
            vector.get("expected").as_str(),
            "{id}"
        );
    }
}
