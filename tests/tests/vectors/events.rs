//! Every recorded event: the same arguments give the same event as in the original modules. Two events have
//! changed since; their vectors are compared with their declarations of that time.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use telemetry_examples::{nemo::TaskStatus, registry::REGISTRY, validate::Schemas};
use telemetry_runtime::Disclosure;
use telemetry_tests::{
    events::{Event, NotExpressible},
    vectors::{Vector, assert_differences, canonical, difference, document, load},
};

const CONSTANT: &str = "`nemoSource` of Guardrails is a constant: the module, too, overwrites it \
                        when it sends (envelopes.json: nemo_source_overwritten)";

/// Vectors that the typed API answers differently, and why. Nothing else may differ.
const DIFFERENT: &[(&str, &str)] = &[
    ("guardrails_usage_event/enum_nemo_source_auditor", CONSTANT),
    (
        "guardrails_usage_event/enum_nemo_source_datadesigner",
        CONSTANT,
    ),
    (
        "guardrails_usage_event/enum_nemo_source_evaluator",
        CONSTANT,
    ),
    (
        "guardrails_usage_event/enum_nemo_source_safe-synthesizer",
        CONSTANT,
    ),
    (
        "guardrails_usage_event/enum_nemo_source_anonymizer",
        CONSTANT,
    ),
    (
        "guardrails_usage_event/enum_nemo_source_agent_toolkit",
        CONSTANT,
    ),
];

/// The session id that the recording used for a random one.
const RECORDED_SESSION: &str = "00000000-0000-4000-8000-000000000000";

fn input(vector: &Vector) -> Map<String, Value> {
    let mut input = vector.get("input").as_object().expect("arguments").clone();
    if vector.text("event") == "guardrails_usage_event" {
        input
            .entry("session_id")
            .or_insert_with(|| RECORDED_SESSION.into());
    }
    input
}

fn build(vector: &Vector) -> Result<Event, NotExpressible> {
    Event::recorded(vector.text("event"), &input(vector))
}

#[test]
fn every_recorded_event_has_the_same_parameters_bit_for_bit() {
    let mut different = BTreeMap::new();
    for vector in load("events") {
        // Compact text of the recorded value: same keys in the same order, same bits of every
        // number, no key twice.
        let expected = canonical(vector.get("parameters"));
        let what = match build(&vector) {
            Err(NotExpressible(why)) => why,
            Ok(event) if event.written() == expected => continue,
            Ok(event) => difference(&event.written(), &expected),
        };
        different.insert(vector.id().to_owned(), what);
    }
    assert_differences("events.json", &different, DIFFERENT);
}

#[test]
fn serde_gives_the_same_bytes_as_the_writer() {
    for vector in load("events") {
        let Ok(event) = build(&vector) else { continue };
        let serialized = String::from_utf8(event.serialized()).expect("UTF-8");
        assert_eq!(event.written(), serialized, "{}", vector.id());
    }
}

#[test]
fn fields_have_the_recorded_order_and_the_recorded_version() {
    let document = document("events");
    for vector in load("events") {
        let Ok(event) = build(&vector) else { continue };
        let name = vector.text("event");
        let written: Value = serde_json::from_str(&event.written()).expect("JSON");
        let keys: Vec<&str> = written
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(Value::from(keys), document["wire_field_order"][name]);
        assert_eq!(event.schema_version(), document["schema_version"][name]);
    }
}

#[test]
fn a_text_that_is_not_a_value_of_an_enum_is_not_expressible() {
    let refused = Event::recorded(
        "inference_event",
        &serde_json::json!({
            "nemo_source": "datadesigner",
            "task": "batch",
            "task_status": "success",
            "model": "m",
            "deployment_type": "slurm",
        })
        .as_object()
        .expect("an object")
        .clone(),
    );
    assert!(refused.is_err(), "slurm is a value of another product");
}

/// Each original has an enum with its own values. The published schema has one for all events.
#[test]
fn v_each_product_can_send_each_status_of_the_shared_schema() {
    let schemas = Schemas::checked_in().expect("schemas");
    let recorded = [
        "success",
        "failure",
        "completed",
        "error",
        "canceled",
        "interrupted",
    ];
    let mut events = 0;
    for event in REGISTRY.events() {
        let mut sample: Value = serde_json::from_str(&Disclosure::sample(event)).expect("JSON");
        if sample.get("taskStatus").is_none() {
            continue;
        }
        events += 1;
        for status in recorded {
            let ours: TaskStatus = status.parse().expect("a status");
            sample["taskStatus"] = ours.as_str().into();
            assert_eq!(ours.as_str(), status);
            let valid = schemas.parameters(event.name, &sample);
            assert!(valid.is_ok(), "{}: {status}: {valid:?}", event.name);
        }
        sample["taskStatus"] = "another".into();
        assert!(schemas.parameters(event.name, &sample).is_err());
    }
    assert!(events >= 4, "{events}");
}
