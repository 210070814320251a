//! Sent events validate against the checked-in schemas, and wrong ones do not.

use std::time::SystemTime;

use serde_json::{Value, json};
use telemetry_examples::{nemo::CLIENT_ID, registry::REGISTRY, validate::Schemas};
use telemetry_runtime::envelope::{EnvelopeBuilder, EnvelopeContext};
use telemetry_tests::{
    events::{Event, recorded_version},
    vectors::{Vector, load, released},
};

fn schemas() -> Schemas {
    Schemas::checked_in().unwrap()
}

/// The documents of the earlier vectors.
fn before() -> Schemas {
    Schemas::released("history/1.9.json").unwrap()
}

/// One recorded event of every product, of its declared version.
fn samples() -> Vec<Vector> {
    let vectors = || load("events").into_iter().chain(released());
    let samples = REGISTRY.events().iter().map(|event| {
        let mut found = vectors().filter(|vector| vector.text("event") == event.name);
        found.find(|vector| version(vector) == event.schema_version)
    });
    let samples: Vec<Vector> = samples.map(Option::unwrap).collect();
    assert_eq!(samples.len(), 5);
    samples
}

fn version(vector: &Vector) -> &str {
    let schema = vector.find("schema").and_then(Value::as_str);
    schema.unwrap_or_else(|| recorded_version(vector.text("event")))
}

fn build(vector: &Vector) -> Option<Event> {
    let input = vector.get("input").as_object().unwrap();
    Event::build(vector.text("event"), version(vector), input).ok()
}

#[test]
fn every_recorded_event_is_valid_as_recorded_and_as_written() {
    let (schemas, before) = (schemas(), before());
    let earlier = load("events").into_iter().map(|vector| (vector, &before));
    let now = released().into_iter().map(|vector| (vector, &schemas));
    for (vector, schemas) in earlier.chain(now) {
        let name = vector.text("event");
        let recorded = schemas.parameters(name, vector.get("parameters"));
        assert_eq!(recorded, Ok(()), "{} as recorded", vector.id());
        if let Some(event) = build(&vector) {
            let written = serde_json::from_str(&event.written()).unwrap();
            assert_eq!(
                schemas.parameters(name, &written),
                Ok(()),
                "{}",
                vector.id()
            );
        }
    }
}

/// A server validates each payload by the version that it names. By another document it refuses the events of
/// the one product that has a field more, and no others.
#[test]
fn only_a_changed_event_is_invalid_by_the_document_of_another_version() {
    let (schemas, before) = (schemas(), before());
    let earlier = load("events").into_iter().map(|vector| (vector, &schemas));
    let now = released().into_iter().map(|vector| (vector, &before));
    for (vector, schemas) in earlier.chain(now) {
        let name = vector.text("event");
        let valid = schemas.parameters(name, vector.get("parameters"));
        let changed = name == "anonymizer_event";
        assert_eq!(valid.is_err(), changed, "{}: {valid:?}", vector.id());
    }
}

#[test]
fn every_envelope_is_valid_as_recorded_and_as_built() {
    let schemas = before();
    for vector in load("envelopes") {
        let Some(envelope) = vector.find("envelope") else {
            continue;
        };
        // The event of no product is not in the registry; its neighbours still have to be right.
        let mut envelope = envelope.clone();
        let events = envelope["events"].as_array_mut().unwrap();
        events.retain(|event| event["name"] != "custom_event");
        assert_eq!(schemas.envelope(&envelope), Ok(()), "{}", vector.id());
    }
    for vector in load("events") {
        let Some(event) = build(&vector) else {
            continue;
        };
        let context = EnvelopeContext::new(CLIENT_ID).schema_version(event.schema_version());
        let mut envelope = EnvelopeBuilder::new(context);
        event.push_to(&mut envelope, SystemTime::now()).unwrap();
        let body = envelope.build(SystemTime::now()).unwrap();
        let body = serde_json::from_slice(&body).unwrap();
        assert_eq!(schemas.envelope(&body), Ok(()), "{}", vector.id());
    }
}

#[test]
fn an_event_is_no_longer_valid_with_a_field_less_more_or_null() {
    let schemas = schemas();
    for vector in samples() {
        let name = vector.text("event");
        let good = vector.get("parameters").as_object().unwrap();
        for key in good.keys() {
            let mut less = good.clone();
            less.shift_remove(key);
            let mut null = good.clone();
            null[key] = Value::Null;
            for bad in [less, null] {
                assert!(
                    schemas.parameters(name, &bad.into()).is_err(),
                    "{name}: {key}"
                );
            }
        }
        let mut more = good.clone();
        more.insert("extra".to_owned(), 1.into());
        assert!(schemas.parameters(name, &more.into()).is_err(), "{name}");
    }
}

#[test]
fn every_field_refuses_a_value_of_another_type() {
    let schemas = schemas();
    for vector in samples() {
        let name = vector.text("event");
        let good = vector.get("parameters").as_object().unwrap();
        for (key, value) in good {
            let mut bad = good.clone();
            bad[key] = match value {
                Value::String(_) => json!(1),
                _ => json!("text"),
            };
            let mistakes = schemas.parameters(name, &bad.into()).unwrap_err();
            let at = format!("/{key}: ");
            let elsewhere = mistakes.errors().iter().find(|text| !text.starts_with(&at));
            assert_eq!(elsewhere, None, "{name}: only {key} is wrong");
        }
    }
}

#[test]
fn a_value_outside_its_enum_and_an_integer_beyond_64_bits_are_refused() {
    let schemas = schemas();
    for vector in samples() {
        let name = vector.text("event");
        let mut wrong_source = vector.get("parameters").clone();
        wrong_source["nemoSource"] = json!("nemo");
        assert!(schemas.parameters(name, &wrong_source).is_err(), "{name}");
    }
    let mut beyond = samples()
        .into_iter()
        .find(|vector| vector.text("event") == "inference_event")
        .unwrap()
        .get("parameters")
        .clone();
    beyond["inputBytes"] = json!(9_223_372_036_854_775_808_u64);
    assert!(schemas.parameters("inference_event", &beyond).is_err());
}

#[test]
fn an_event_is_not_valid_under_the_name_of_another() {
    let schemas = schemas();
    for vector in samples() {
        for other in samples() {
            let valid = schemas.parameters(other.text("event"), vector.get("parameters"));
            assert_eq!(valid.is_ok(), vector.id() == other.id());
        }
    }
    assert!(
        schemas
            .parameters("custom_event", &json!({"a": 5}))
            .is_err()
    );
}

#[test]
fn an_envelope_is_not_valid_with_a_key_less_or_wrong() {
    let schemas = schemas();
    let good = load("envelopes")
        .into_iter()
        .find(|vector| vector.id() == "nat/one_event")
        .unwrap()
        .get("envelope")
        .clone();
    let keys: Vec<String> = good.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys.len(), 30);
    for key in &keys {
        let mut less = good.clone();
        less.as_object_mut().unwrap().shift_remove(key);
        let mut wrong = good.clone();
        wrong[key] = json!(1);
        for bad in [less, wrong] {
            assert!(schemas.envelope(&bad).is_err(), "{key}");
        }
    }
    let wrong: [(&str, Value); 5] = [
        ("/sentTs", json!("2026-04-22T18:34:56Z")),
        ("/events", json!([])),
        ("/events/0/ts", json!("2026-04-22 18:34:56.789")),
        ("/events/0/name", json!("Nat")),
        ("/eventSchemaVer", json!("1.5.0")),
    ];
    for (pointer, value) in wrong {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(schemas.envelope(&bad).is_err(), "{pointer}");
    }
    let mut more = good.clone();
    more["extra"] = json!("undefined");
    assert!(schemas.envelope(&more).is_err());
}

#[test]
fn a_mistake_never_repeats_what_the_event_holds() {
    let mut bad = samples()[0].get("parameters").clone();
    let name = samples()[0].text("event").to_owned();
    bad["nemoSource"] = json!("alice@example.invalid");
    let mistakes = schemas().parameters(&name, &bad).unwrap_err();
    assert!(!mistakes.to_string().contains("alice"), "{mistakes}");
}
