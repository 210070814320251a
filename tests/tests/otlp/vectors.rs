//! Every recorded event of the five products: each attribute arrives with the type of its field.

use std::collections::BTreeSet;

use serde_json::Value;
use telemetry_runtime::{health::FlushOutcome, testing::Collector};
use telemetry_tests::{client::PATIENCE, events::Event, vectors::load};

use super::{builder, decoded::decode};

/// The recorded events that the typed API can express.
pub(crate) fn recorded() -> Vec<Event> {
    let vectors = load("events");
    let events = vectors.iter().filter_map(|vector| {
        let input = vector.get("input").as_object().unwrap();
        Event::recorded(vector.text("event"), input).ok()
    });
    events.collect()
}

/// The parameters of an event in an envelope, whose JSON types are those of the schema.
pub(crate) fn parameters(event: &Event) -> Value {
    serde_json::from_str(&event.written()).unwrap()
}

#[test]
fn every_attribute_of_the_five_products_arrives_with_its_type() {
    let collector = Collector::start().unwrap();
    let telemetry = builder()
        .endpoint(collector.url())
        .queue_bytes(usize::MAX)
        .build();
    let events = recorded();
    assert!(events.len() > 100, "{}", events.len());
    for event in &events {
        event.record(&telemetry);
    }
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let mut arrived: Vec<(String, Value)> = Vec::new();
    let mut names = BTreeSet::new();
    for request in collector.requests() {
        let decoded = decode(&request.body);
        for record in decoded.records {
            names.insert(record.name);
            arrived.push((decoded.schema.clone(), record.attributes));
        }
    }
    let mut expected: Vec<_> = events
        .iter()
        .map(|event| (event.schema_version().to_owned(), parameters(event)))
        .collect();
    // Requests have the events of one schema version.
    let order = |a: &(String, Value), b: &(String, Value)| a.0.cmp(&b.0);
    arrived.sort_by(order);
    expected.sort_by(order);
    for (arrived, expected) in arrived.iter().zip(&expected) {
        // Compared as text, so that the order of the fields counts, too.
        assert_eq!(arrived.1.to_string(), expected.1.to_string());
    }
    assert_eq!(arrived.len(), expected.len());
    assert_eq!(names.len(), 5, "{names:?}");
}
