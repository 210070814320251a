//! Random pairs of schemas: the verdicts agree with the `jsonschema` crate, and witnesses are refused.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use fastrand::Rng;
use jsonschema::{Draft, Validator, canonical::Containment};
use serde_json::{Value, json};
use telemetry_tool::{
    diff::{Comparison, Options, Side, compare, witness::Producer},
    document::{self, Document},
    rules::Verdict,
};

/// A schema of a field. Small sets of bounds and values make equal and neighbouring schemas frequent.
fn schema(random: &mut Rng, depth: usize) -> Value {
    let mut schema = json!({});
    match random.u8(0..if depth > 0 { 7 } else { 5 }) {
        0 => schema["type"] = "boolean".into(),
        kind @ (1 | 2) => {
            schema["type"] = if kind == 1 { "integer" } else { "number" }.into();
            let ends = [
                json!(-1),
                json!(0),
                json!(0.5),
                json!(3),
                json!(3.0),
                json!(i64::MIN),
                json!(-7),
            ];
            if random.bool() {
                schema["minimum"] = ends[random.usize(0..ends.len())].clone();
            }
            let ends = [
                json!(3),
                json!(3.5),
                json!(10),
                json!(i64::MAX),
                json!(u64::MAX),
                json!(100),
            ];
            if random.bool() {
                schema["maximum"] = ends[random.usize(0..ends.len())].clone();
            }
        }
        3 => {
            schema["type"] = "string".into();
            if random.bool() {
                schema["maxLength"] = random.u64(2..5).into();
            }
            if random.u8(0..4) == 0 {
                schema["minLength"] = random.u64(0..3).into();
            }
        }
        4 => {
            schema["type"] = "string".into();
            let mut values = vec!["a", "bb", "ccc", "other", ""];
            random.shuffle(&mut values);
            values.truncate(random.usize(1..=4));
            schema["enum"] = json!(values);
        }
        5 => {
            schema["type"] = "array".into();
            schema["items"] = self::schema(random, depth - 1);
            if random.bool() {
                schema["maxItems"] = random.u64(1..4).into();
            }
            if random.u8(0..4) == 0 {
                schema["minItems"] = random.u64(0..2).into();
            }
        }
        _ => {
            schema["type"] = "object".into();
            schema["properties"] = json!({});
            let mut required = Vec::new();
            for name in ["x", "y", "z"] {
                if random.bool() {
                    schema["properties"][name] = self::schema(random, depth - 1);
                    if random.u8(0..4) > 0 {
                        required.push(name);
                    }
                }
            }
            schema["required"] = json!(required);
            schema["additionalProperties"] = json!(random.u8(0..8) == 0);
        }
    }
    schema
}

/// The schema, or one that differs in a part of it.
fn changed(random: &mut Rng, schema: &Value) -> Value {
    let mut changed = schema.clone();
    match random.u8(0..4) {
        0 => return self::schema(random, 2),
        1 => {
            if let Some(inner) = changed.get_mut("items") {
                *inner = self::changed(random, &inner.clone());
            }
            if let Some(inner) = changed.pointer_mut("/properties/x") {
                *inner = self::changed(random, &inner.clone());
            }
        }
        2 => {
            if let Some(values) = changed.get_mut("enum").and_then(Value::as_array_mut) {
                if !values.contains(&json!("new")) && random.bool() {
                    values.push("new".into());
                } else if values.len() > 1 {
                    values.swap_remove(0);
                }
            }
            for key in [
                "minimum",
                "maximum",
                "maxLength",
                "maxItems",
                "minLength",
                "minItems",
            ] {
                if random.u8(0..3) == 0 {
                    changed.as_object_mut().unwrap().remove(key);
                }
            }
        }
        _ => {}
    }
    changed
}

fn read(property: &Value) -> Document {
    let text = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": "",
        "schemaMeta": {"schemaVersion": "1.0"},
        "definitions": {"types": {}, "events": {"e": {
            "type": "object",
            "description": "",
            "eventMeta": {"service": "", "gdpr": {"category": "functional", "description": ""}},
            "properties": {"f": property},
            "additionalProperties": false,
            "required": ["f"],
        }}},
        "oneOf": [{"$ref": "#/definitions/events/e"}],
    });
    document::read("random", text.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{error}: {property}"))
}

fn side(document: &Document) -> Side<'_> {
    Side {
        document,
        lock: None,
    }
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .build(schema)
        .unwrap()
}

fn covers(server: &Value, sent: &Value) -> Containment {
    let canonical = |schema: &Value| {
        let options = jsonschema::canonical::options().with_draft(Draft::Draft7);
        options.canonicalize(schema).unwrap()
    };
    // An operand that the crate cannot represent is as undecided as its other unknown answers.
    let answer = canonical(server).covers(&canonical(sent));
    answer.unwrap_or(Containment::Unknown)
}

/// Whether a payload of the sender that the server refuses exists, as far as the engine says.
fn breaks(comparison: &Comparison<'_>, old_to_new: bool) -> bool {
    comparison.changes.iter().any(|change| {
        let verdict = if old_to_new {
            change.old_to_new
        } else {
            change.new_to_old
        };
        verdict == Verdict::Breaks
    })
}

/// A value for a schema, or one near to it.
fn value(random: &mut Rng, depth: usize) -> Value {
    match random.u8(0..if depth > 0 { 9 } else { 6 }) {
        0 => json!(random.bool()),
        1 => [
            json!(-1),
            json!(0),
            json!(3),
            json!(4),
            json!(101),
            json!(-8),
            json!(u64::MAX),
        ][random.usize(0..7)]
        .clone(),
        2 => [json!(0.5), json!(3.2), json!(-0.5), json!(1e20), json!(3.0)][random.usize(0..5)]
            .clone(),
        3 | 4 => json!(["", "a", "bb", "ccc", "dddd", "eeeee", "other", "new"][random.usize(0..8)]),
        5 => Value::Null,
        6 => (0..random.usize(0..4))
            .map(|_| value(random, depth - 1))
            .collect(),
        _ => {
            let mut object = json!({});
            for name in ["x", "y", "z", "w"] {
                if random.bool() {
                    object[name] = value(random, depth - 1);
                }
            }
            object
        }
    }
}

#[test]
fn verdicts_agree_on_random_pairs() {
    let mut random = Rng::with_seed(2026);
    let (mut decided, mut refuted) = (0, 0);
    for _ in 0..3000 {
        let old_schema = schema(&mut random, 2);
        let new_schema = changed(&mut random, &old_schema);
        // An example of the event must exist on both sides.
        let (old, new) = (read(&old_schema), read(&new_schema));
        let comparison = compare(side(&old), side(&new), &Options::default());
        let (old_validator, new_validator) = (validator(&old_schema), validator(&new_schema));
        let pair = format!("{old_schema} -> {new_schema}");
        for (old_to_new, sent, server) in [
            (true, &old_schema, &new_schema),
            (false, &new_schema, &old_schema),
        ] {
            let expected = breaks(&comparison, old_to_new);
            match covers(server, sent) {
                Containment::Yes => {
                    assert!(!expected, "{pair} {old_to_new}: {:?}", comparison.changes)
                }
                Containment::No => {
                    assert!(expected, "{pair} {old_to_new}: {:?}", comparison.changes)
                }
                Containment::Unknown => continue,
            }
            decided += 1;
        }
        // A value that only one side accepts refutes an "ok" of the engine.
        for _ in 0..20 {
            let value = value(&mut random, 2);
            let (in_old, in_new) = (
                old_validator.is_valid(&value),
                new_validator.is_valid(&value),
            );
            if in_old != in_new {
                refuted += 1;
                assert!(breaks(&comparison, in_old), "{pair}: {value}");
            }
        }
        for change in &comparison.changes {
            for witness in [&change.old_witness, &change.new_witness]
                .into_iter()
                .flatten()
            {
                let payload = comparison.payload(witness).unwrap();
                let is_old = witness.producer == Producer::Old;
                let (sender, server) = if is_old {
                    (&old_validator, &new_validator)
                } else {
                    (&new_validator, &old_validator)
                };
                assert!(
                    sender.is_valid(&payload["f"]),
                    "{pair}: {payload} {}",
                    change.rule.id
                );
                assert!(
                    !server.is_valid(&payload["f"]),
                    "{pair}: {payload} {}",
                    change.rule.id
                );
            }
        }
    }
    assert!(decided > 2000 && refuted > 1000, "{decided} {refuted}");
}
