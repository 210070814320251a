//! The events of the packages that are released now: the same arguments give the same event, and each product
//! can send the values of its release.

use std::collections::BTreeMap;

use serde_json::Value;
use telemetry_examples::{
    anonymizer::{self, AnonymizerEvent},
    data_designer,
    nemo::{NemoSource, TaskStatus},
    registry::REGISTRY,
    safe_synthesizer,
};
use telemetry_runtime::{TelemetryEnum, TelemetryEvent};
use telemetry_tests::{
    events::{Event, NotExpressible},
    vectors::{Vector, assert_differences, canonical, difference, document, released},
};

/// Values that the type of a field excludes, and why. Nothing else may differ.
const DIFFERENT: &[(&str, &str)] = &[];

fn build(vector: &Vector) -> Result<Event, NotExpressible> {
    let input = vector.get("input").as_object().expect("arguments");
    Event::build(vector.text("event"), vector.text("schema"), input)
}

#[test]
fn every_released_event_has_the_same_parameters_bit_for_bit() {
    let vectors = released();
    let mut different = BTreeMap::new();
    for vector in &vectors {
        let expected = canonical(vector.get("parameters"));
        let what = match build(vector) {
            Err(NotExpressible(why)) => why,
            Ok(event) if event.written() == expected => {
                let serialized = String::from_utf8(event.serialized()).expect("UTF-8");
                assert_eq!(event.written(), serialized, "{}", vector.id());
                continue;
            }
            Ok(event) => difference(&event.written(), &expected),
        };
        let earlier = different.insert(vector.id().to_owned(), what);
        assert_eq!(earlier, None, "{} occurs twice", vector.id());
    }
    assert_differences("released/events.json", &different, DIFFERENT);
}

#[test]
fn each_declaration_has_the_released_version_and_the_released_order() {
    let document = document("released/events");
    let fields = document["meta"]["fields"].as_object().expect("events");
    for (name, recorded) in fields {
        let event = REGISTRY.events().iter().find(|event| event.name == name);
        let event = event.unwrap_or_else(|| panic!("`{name}` is not declared"));
        assert_eq!(event.schema_version, recorded["schema"], "{name}");
        let names: Vec<&str> = event.fields.iter().map(|field| field.wire_name).collect();
        assert_eq!(Value::from(names), recorded["order"], "{name}");
    }
    let vectors = released();
    assert!(
        fields
            .keys()
            .all(|name| vectors.iter().any(|it| it.text("event") == name))
    );
    assert_eq!((fields.len(), vectors.len()), (4, 160));
}

/// The values that a product can send in an enum of its release, and whether it has no others. The products
/// share the enums of sources and statuses, which have the values of all of them.
fn ours(product: &str, name: &str) -> (Vec<&'static str>, bool) {
    match (name, product) {
        ("NemoSourceEnum", _) => (NemoSource::VALUES.to_vec(), false),
        ("TaskStatusEnum", _) => (TaskStatus::VALUES.to_vec(), false),
        ("TaskEnum", "Anonymizer") => (anonymizer::Task::VALUES.to_vec(), true),
        ("DeploymentTypeEnum", "Anonymizer") => (anonymizer::DeploymentType::VALUES.to_vec(), true),
        ("DeploymentTypeEnum", "Safe Synthesizer") => {
            (safe_synthesizer::DeploymentType::VALUES.to_vec(), true)
        }
        ("DeploymentTypeEnum", "Data Designer") => {
            (data_designer::DeploymentType::VALUES.to_vec(), true)
        }
        // Labels, which the schema does not list: the description of the field does.
        ("ModelHostEnum", "Anonymizer") => {
            let fields = AnonymizerEvent::DESCRIPTOR.fields.iter();
            let field = fields.filter(|field| field.wire_name == "modelHosts");
            let words = field.flat_map(|field| field.docs.split('`').skip(1).step_by(2));
            (words.collect(), true)
        }
        _ => panic!("{product} has an enum that is not compared: {name}"),
    }
}

#[test]
fn each_product_can_send_the_values_of_its_release() {
    let document = document("released/events");
    let products = document["meta"]["enums"].as_object().expect("products");
    let mut compared = 0;
    for (product, enums) in products {
        for (name, released) in enums.as_object().expect("enums") {
            compared += 1;
            let released = released.as_array().expect("values").iter();
            let released: Vec<&str> = released.filter_map(Value::as_str).collect();
            let (ours, exact) = ours(product, name);
            if exact {
                assert_eq!(ours, released, "{product}: {name}");
            }
            for value in released {
                assert!(ours.contains(&value), "{product}: {name}: {value}");
            }
        }
    }
    assert_eq!(compared, 13);
}
