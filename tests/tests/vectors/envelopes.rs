//! Every recorded request body: the same keys in the same order with the same values.

use std::{collections::BTreeMap, time::SystemTime};

use crate::moments::{from_iso, from_unix};
use serde_json::{Map, Value};
use telemetry_examples::nemo::CLIENT_ID;
use telemetry_runtime::{
    TelemetryEvent,
    envelope::{EnvelopeBuilder, EnvelopeContext, EnvelopeError, EventKeyOrder},
};
use telemetry_tests::{
    events::{Event, recorded_version},
    vectors::{Vector, assert_differences, canonical, difference, load},
};

const SPLIT: &str = "an envelope has one schema version: the client makes two of them, \
                     where the modules stamp the first event's version on both";
const LENGTHS: &str = "each event is added together with its time: two lists of different lengths \
                       cannot be written";

/// Vectors that are answered differently on purpose, and why. Nothing else may differ.
const DIFFERENT: &[(&str, &str)] = &[
    ("guardrails/timestamps_too_long", LENGTHS),
    ("guardrails/mixed_schema_custom_first", SPLIT),
    ("nat/mixed_schema_custom_last", SPLIT),
    ("datadesigner/mixed_schema_custom_first", SPLIT),
    ("datadesigner/mixed_schema_custom_last", SPLIT),
];

/// Bodies that are the same JSON in another text.
const SPELLED_DIFFERENTLY: &[(&str, &str)] = &[(
    "guardrails/one_event",
    "Guardrails writes spaces after `,` and `:`; ours is compact for every product",
)];

fn custom_event() -> impl TelemetryEvent {
    /// An event of no product.
    #[derive(telemetry_runtime::TelemetryEvent)]
    #[event(name = "custom_event", schema = "9.9")]
    struct CustomEvent {
        /// Any number.
        #[event(required)]
        a: i64,
    }
    CustomEvent::builder().a(5).build()
}

fn context(vector: &Vector) -> EnvelopeContext {
    let context = EnvelopeContext::new(CLIENT_ID)
        .schema_version(recorded_version(vector.text("event")))
        .client_version(vector.text("client_version").to_owned())
        .session_id(vector.text("session_id").to_owned());
    match vector.text("product") {
        "nat" => context.system_version("nat-telemetry/1.0"),
        _ => context.system_version("nemo-telemetry/1.0"),
    }
}

fn key_order(vector: &Vector) -> EventKeyOrder {
    match vector.text("product") {
        "guardrails" => EventKeyOrder::NameFirst,
        _ => EventKeyOrder::ParametersFirst,
    }
}

fn happened_at(event_in: &Value, now: SystemTime) -> SystemTime {
    let unix = event_in.get("timestamp_unix").and_then(Value::as_f64);
    let iso = event_in.get("timestamp").and_then(Value::as_str);
    unix.map(from_unix).or(iso.map(from_iso)).unwrap_or(now)
}

fn input(event_in: &Value, product: &str) -> Map<String, Value> {
    let mut input = event_in["input"].as_object().unwrap().clone();
    if product == "guardrails" {
        // Random where the event is made; the recording pinned it.
        input
            .entry("session_id")
            .or_insert_with(|| "00000000-0000-4000-8000-000000000000".into());
    }
    input
}

/// The body that the vector's events become, or why there is none.
fn body(vector: &Vector) -> Result<String, String> {
    if let Some(Value::Array(times)) = vector.find("timestamps_argument")
        && times.len() != vector.get("events_in").as_array().unwrap().len()
    {
        return Err("as many times as events".to_owned());
    }
    let now = from_iso(vector.text("frozen_now"));
    let mut envelope = EnvelopeBuilder::new(context(vector)).key_order(key_order(vector));
    for event_in in vector.get("events_in").as_array().unwrap() {
        let at = happened_at(event_in, now);
        let pushed = if event_in.get("custom_event").is_some() {
            envelope.push(&custom_event(), at)
        } else {
            Event::recorded(
                vector.text("event"),
                &input(event_in, vector.text("product")),
            )
            .map_err(|why| why.0)?
            .push_to(&mut envelope, at)
        };
        pushed.map_err(|mismatch| mismatch.to_string())?;
    }
    let body = envelope.build(now).map_err(|empty| empty.to_string())?;
    Ok(String::from_utf8(body).unwrap())
}

/// The recorded envelope, as this machine would have sent it.
fn recorded(vector: &Vector, body: &str) -> Value {
    let mut envelope = vector.get("envelope").clone();
    if std::env::consts::ARCH != vector.text("cpu_architecture") {
        let ours: Value = serde_json::from_str(body).unwrap();
        envelope["cpuArchitecture"] = ours["cpuArchitecture"].clone();
    }
    envelope
}

#[test]
fn every_recorded_envelope_is_the_same_json_in_the_same_order() {
    let mut different = BTreeMap::new();
    for vector in load("envelopes") {
        let what = match body(&vector) {
            // Both refuse; for ours a separate test checks that.
            Err(_) if vector.find("error").is_some() && vector.text("case") == "empty_list" => {
                continue;
            }
            Err(why) => why,
            Ok(body) => {
                let expected = canonical(&recorded(&vector, &body));
                if body == expected {
                    continue;
                }
                difference(&body, &expected)
            }
        };
        different.insert(vector.id().to_owned(), what);
    }
    assert_differences("envelopes.json", &different, DIFFERENT);
}

#[test]
fn an_empty_batch_is_an_error_of_the_builder() {
    let empty: Vec<_> = load("envelopes")
        .into_iter()
        .filter(|vector| vector.text("case") == "empty_list")
        .collect();
    assert!(!empty.is_empty());
    for vector in empty {
        let envelope = EnvelopeBuilder::new(context(&vector));
        assert_eq!(
            envelope.build(SystemTime::UNIX_EPOCH),
            Err(EnvelopeError::Empty)
        );
    }
}

#[test]
fn a_recorded_request_body_is_the_same_text() {
    let mut different = BTreeMap::new();
    let mut compared = 0;
    for vector in load("envelopes") {
        let Some(Value::String(text)) = vector.find("request_body_text") else {
            continue;
        };
        compared += 1;
        let body = body(&vector).unwrap();
        // Its own reading must be the recorded envelope, or the text proves nothing.
        let read: Value = serde_json::from_str(text).unwrap();
        assert_eq!(canonical(&read), canonical(vector.get("envelope")));
        let text = text.replace(
            &format!("{:?}", vector.text("cpu_architecture")),
            &recorded(&vector, &body)["cpuArchitecture"].to_string(),
        );
        if body != text {
            different.insert(vector.id().to_owned(), difference(&body, &text));
        }
    }
    assert_eq!(compared, 5, "bodies recorded as text");
    assert_differences("envelopes.json (text)", &different, SPELLED_DIFFERENTLY);
}

#[test]
fn events_of_two_schema_versions_travel_unchanged_in_two_envelopes() {
    let mixed: Vec<_> = load("envelopes")
        .into_iter()
        .filter(|vector| vector.text("case").starts_with("mixed_schema"))
        .collect();
    assert_eq!(mixed.len(), 4);
    for vector in mixed {
        let now = from_iso(vector.text("frozen_now"));
        let events_in = vector.get("events_in").as_array().unwrap();
        let recorded = vector.get("envelope")["events"].as_array().unwrap();
        for (event_in, recorded) in events_in.iter().zip(recorded) {
            let at = happened_at(event_in, now);
            let custom = event_in.get("custom_event").is_some();
            let version = if custom {
                "9.9"
            } else {
                recorded_version(vector.text("event"))
            };
            let context = context(&vector).schema_version(version);
            let mut envelope = EnvelopeBuilder::new(context).key_order(key_order(&vector));
            if custom {
                envelope.push(&custom_event(), at).unwrap();
            } else {
                let input = input(event_in, vector.text("product"));
                let event = Event::recorded(vector.text("event"), &input).unwrap();
                event.push_to(&mut envelope, at).unwrap();
            }
            let body: Value = serde_json::from_slice(&envelope.build(now).unwrap()).unwrap();
            assert_eq!(body["eventSchemaVer"], version);
            let mut recorded = recorded.clone();
            if custom {
                // Guardrails writes its name into events that are not its own.
                recorded["parameters"] = serde_json::json!({"a": 5});
            }
            assert_eq!(canonical(&body["events"][0]), canonical(&recorded));
        }
    }
}
