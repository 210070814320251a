//! The verdicts of `live-check` compared with those of the `jsonschema` crate.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod live_input;

use std::collections::HashMap;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use telemetry_tool::live::Contracts;

use crate::live_input::{check_text, contracts_of, document, line, payload, recorded_events};

/// A validator for each event: the document with a `$ref` to the event as its root.
fn validators(document: &Value) -> HashMap<String, Validator> {
    let events = document["definitions"]["events"].as_object().unwrap();
    let validator = |name: &String| {
        let mut root = document.clone();
        let root = root.as_object_mut().unwrap();
        root.remove("oneOf");
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "definitions": root["definitions"],
            "$ref": format!("#/definitions/events/{name}"),
        });
        let built = jsonschema::options()
            .with_draft(Draft::Draft7)
            .build(&schema);
        (name.clone(), built.unwrap())
    };
    events.keys().map(validator).collect()
}

fn published() -> Value {
    serde_json::from_str(include_str!("../../anonymous_events.json")).unwrap()
}

fn is_valid(contracts: &Contracts, event: &str, payload: &Value) -> bool {
    let outcome = check_text(&line(event, "1.0", payload), contracts);
    assert_eq!(
        (outcome.events, outcome.unreadable.total),
        (1, 0),
        "{payload}"
    );
    outcome.violations.total() == 0
}

/// Values at the ends of the ranges and of every type.
fn pool() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1.0),
        json!(-0.0),
        json!(1.5),
        json!(100),
        json!(100.5),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(9_223_372_036_854_775_808_f64),
        json!(-9_223_372_036_854_775_808_f64),
        json!(1e300),
        json!(""),
        json!("undefined"),
        json!("success"),
        json!("Success"),
        json!("guardrails"),
        json!("x".repeat(20)),
        json!("x".repeat(21)),
        json!("\u{1f600}".repeat(20)),
        json!("e\u{301}".repeat(11)),
        json!([]),
        json!([null]),
        json!(["local", "x"]),
        json!(vec!["input"; 30]),
        json!([{"ms": 1}]),
        json!([{"ms": 1}, {"ms": 1, "x": 2}]),
        json!([{}, {}, {}, {}]),
        json!({}),
        json!({"ms": 1}),
    ]
}

fn mutate(payload: &mut Value, random: &mut fastrand::Rng) {
    let members = payload.as_object_mut().unwrap();
    let names: Vec<String> = members.keys().cloned().collect();
    let name = random.choice(&names).unwrap();
    match random.u8(0..11) {
        10 => {
            let mut pairs: Vec<_> = std::mem::take(members).into_iter().collect();
            random.shuffle(&mut pairs);
            members.extend(pairs);
        }
        0 => {
            members.shift_remove(name);
        }
        1 => {
            members.insert("unknown".to_owned(), json!(1));
        }
        _ => {
            let value = random.choice(pool()).unwrap();
            members.insert(name.clone(), value);
        }
    }
}

#[test]
fn the_validator_agrees_about_recorded_and_changed_payloads() {
    let mut random = fastrand::Rng::with_seed(13);
    let mut verdicts = [0, 0];
    let recorded = recorded_events();
    let own = vec![("run_event".to_owned(), payload())];
    for (document, payloads, rounds) in [(published(), recorded, 10), (document(), own, 2_000)] {
        let validators = validators(&document);
        let contracts = contracts_of(vec![(document, None)]);
        for (event, recorded) in &payloads {
            for round in 0..rounds {
                let mut payload = recorded.clone();
                for _ in 0..(round % 3) {
                    mutate(&mut payload, &mut random);
                }
                let expected = validators[event].is_valid(&payload);
                verdicts[usize::from(expected)] += 1;
                assert_eq!(
                    is_valid(&contracts, event, &payload),
                    expected,
                    "{event} {payload}"
                );
            }
        }
    }
    // Both verdicts occur often enough to mean something.
    assert!(verdicts.iter().all(|count| *count > 500), "{verdicts:?}");
}

/// Every value at every field, so that no combination depends on chance.
#[test]
fn the_validator_agrees_about_each_value_at_each_field() {
    let document = document();
    let validators = validators(&document);
    let contracts = contracts_of(vec![(document, None)]);
    let mut fields: Vec<String> = payload().as_object().unwrap().keys().cloned().collect();
    fields.push("title".to_owned());
    for field in &fields {
        for value in pool() {
            let mut payload = payload();
            payload[field.as_str()] = value.clone();
            let expected = validators["run_event"].is_valid(&payload);
            assert_eq!(
                is_valid(&contracts, "run_event", &payload),
                expected,
                "{field} {value}"
            );
        }
    }
}
