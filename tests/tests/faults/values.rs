//! Rows 52 and 53: events of any size and values of any kind, as they reach the wire.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use telemetry_runtime::{
    Client, Count, Health, Product, TelemetryEvent, TelemetryGuard, health::RecordError,
    transport::MemoryTransport,
};

static TOOL: Product = Product::new("values").default_on(true);

/// Only fails a test; nothing is measured with it.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(TelemetryEvent, Clone)]
#[event(name = "odd", schema = "1.0")]
/// Every kind of value.
struct Odd<'a> {
    /// An integer.
    integer: i64,
    /// A count.
    count: Count,
    /// A number.
    number: f64,
    /// A number of half the size.
    small_number: f32,
    /// A number with bounds.
    #[event(range(min = -1, max = 100))]
    percent: f64,
    /// A duration in whole milliseconds.
    #[event(unit = "ms")]
    took_ms: Duration,
    /// A duration in seconds.
    #[event(unit = "s")]
    took_s: Duration,
    /// A moment.
    at: SystemTime,
    /// Text.
    #[event(free_text = "a test")]
    text: &'a str,
    /// Short text.
    #[event(free_text = "a test", max_len = 9)]
    short: &'a str,
    /// Many texts.
    #[event(free_text = "a test")]
    list: &'a [&'a str],
}

fn odd<'a>() -> Odd<'a> {
    Odd::builder().build()
}

fn client() -> (TelemetryGuard, MemoryTransport) {
    let memory = MemoryTransport::new();
    let builder = Client::builder(&TOOL).env(|_| None);
    (builder.transport(memory.clone()).build(), memory)
}

/// The parameters as an independent parser reads them from the wire, and the health after it.
fn sent(event: &Odd<'_>) -> (Value, Health) {
    let (telemetry, memory) = client();
    assert!(telemetry.try_record(event).is_ok());
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    let body = String::from_utf8(memory.bodies().remove(0)).unwrap();
    let mut envelope: Value = serde_json::from_str(&body).unwrap();
    (
        envelope["events"][0]["parameters"].take(),
        telemetry.health(),
    )
}

#[test]
fn row_53_numbers_out_of_range_become_the_declared_value() {
    for not_finite in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let event = Odd {
            number: not_finite,
            small_number: not_finite as f32,
            percent: not_finite,
            ..odd()
        };
        let (found, health) = sent(&event);
        for field in ["number", "smallNumber", "percent"] {
            assert_eq!(found[field], -1.0, "{not_finite} {field}");
        }
        assert_eq!(health.coerced(), 3, "each replacement is counted");
    }
    for finite in [
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        -0.0,
        1e15,
        0.1,
    ] {
        let event = Odd {
            number: finite,
            ..odd()
        };
        let found = sent(&event).0["number"].as_f64().unwrap();
        assert_eq!(found.to_bits(), finite.to_bits(), "{finite}");
    }
    for (percent, found) in [
        (100.0, 100.0),
        (100.1, -1.0),
        (-1.5, -1.0),
        (f64::MAX, -1.0),
    ] {
        assert_eq!(sent(&Odd { percent, ..odd() }).0["percent"], found);
    }
    for integer in [i64::MIN, i64::MAX, 0, -1, 1 << 53, (1 << 53) + 1] {
        assert_eq!(sent(&Odd { integer, ..odd() }).0["integer"], integer);
    }
    for (count, found) in [(u64::MAX, i64::MAX), (1 << 63, i64::MAX), (7, 7)] {
        let count = Count::from(count);
        assert_eq!(sent(&Odd { count, ..odd() }).0["count"], found);
    }
}

#[test]
fn row_53_times_out_of_range_become_the_declared_value() {
    let longest = Duration::new(u64::MAX, 999_999_998);
    for (took, ms) in [
        (Duration::MAX, -1),
        (longest, i64::MAX),
        (Duration::ZERO, 0),
    ] {
        let event = Odd {
            took_ms: took,
            took_s: took,
            ..odd()
        };
        let (found, _) = sent(&event);
        assert_eq!(found["tookMs"], ms);
        let seconds = found["tookS"].as_f64().unwrap();
        assert!(
            seconds.is_finite() && (seconds == -1.0) == (ms == -1),
            "{seconds}"
        );
    }
    let year = Duration::from_secs(366 * 24 * 3600);
    let far = |years: u32| UNIX_EPOCH + year * years;
    for at in [
        UNIX_EPOCH,
        far(1),
        far(8000),
        far(200_000),
        UNIX_EPOCH - year * 100,
    ] {
        let seconds = sent(&Odd { at, ..odd() }).0["at"].as_f64().unwrap();
        let expected = match at.duration_since(UNIX_EPOCH) {
            Ok(after) => after.as_secs_f64(),
            Err(before) => -before.duration().as_secs_f64(),
        };
        assert_eq!(seconds, expected);
    }
}

#[test]
fn row_53_text_of_any_kind_survives_the_json_unchanged() {
    let controls: String = ('\0'..='\u{9f}').collect();
    let texts = [
        "",
        "\0",
        "a\0b",
        "\"}],\"events\":[{",
        "\\u0000\\",
        "\u{202e}right to left\u{2066}\u{200f}",
        "\u{2028}\u{2029}\u{feff}",
        "\u{fffe}\u{ffff}\u{10ffff}",
        "\u{d7ff}\u{e000}",
        "e\u{301}\u{1f468}\u{200d}\u{1f469}",
        "</script><!--",
        &controls,
    ];
    let (event, pieces) = (odd(), texts);
    let (found, health) = sent(&Odd {
        list: &pieces,
        ..event
    });
    assert_eq!(found["list"], Value::from(texts.to_vec()));
    assert_eq!(health.coerced(), 0);
    for text in texts {
        let (found, _) = sent(&Odd {
            text,
            short: text,
            ..odd()
        });
        assert_eq!(found["text"], text);
        let short: String = text.chars().take(9).collect();
        assert_eq!(found["short"], short, "cut between two characters");
    }
}

#[cfg(unix)]
#[test]
fn row_53_names_of_files_that_are_not_text_are_valid_json() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let names: [&[u8]; 5] = [
        b"\xff",
        b"a\x80b",
        b"\xed\xa0\x80",
        b"\xf0\x9f",
        b"\xc0\x80",
    ];
    for bytes in names {
        let text = OsStr::from_bytes(bytes).to_string_lossy();
        let (found, _) = sent(&Odd {
            text: &text,
            ..odd()
        });
        let found = found["text"].as_str().unwrap();
        assert!(found.contains('\u{fffd}') && found == text, "{bytes:?}");
    }
}

#[test]
fn row_52_an_event_of_any_size_is_refused_at_the_call_or_cut_as_declared() {
    let text = "x".repeat(10_000_000);
    let texts = vec!["x"; 1_000_000];
    let too_large = "x".repeat(64 * 1024);
    // Every character takes six bytes on the wire.
    let escaped = "\u{1}".repeat(11_000);
    let (telemetry, memory) = client();
    let huge = [
        Odd {
            text: &text,
            ..odd()
        },
        Odd {
            list: &texts,
            ..odd()
        },
        Odd {
            text: &too_large,
            ..odd()
        },
        Odd {
            text: &escaped,
            ..odd()
        },
        Odd {
            list: &[&text],
            text: &text,
            ..odd()
        },
    ];
    for event in &huge {
        assert_eq!(telemetry.try_record(event), Err(RecordError::TooLarge));
    }
    // The same text is accepted where the declaration bounds it.
    assert!(
        telemetry
            .try_record(&Odd {
                short: &text,
                ..odd()
            })
            .is_ok()
    );
    // Just below the bound: nothing is wasted.
    let fits = "x".repeat(64 * 1024 - 500);
    assert!(
        telemetry
            .try_record(&Odd {
                text: &fits,
                ..odd()
            })
            .is_ok()
    );
    assert!(telemetry.shutdown(PATIENCE).is_complete());

    let health = telemetry.health();
    assert_eq!(health.refused_for(RecordError::TooLarge), huge.len() as u64);
    assert_eq!(
        (health.accepted(), health.delivered(), health.dropped()),
        (2, 2, 0)
    );
    assert_eq!(health.coerced(), 1);
    let sent: Vec<_> = memory.bodies();
    assert!(
        sent.iter()
            .all(|body| serde_json::from_slice::<Value>(body).is_ok())
    );
    assert!(sent.iter().map(Vec::len).sum::<usize>() < 70 * 1024);
}
