//! Documents with one other value: an import fails with a place, or its written document is stable.

use serde_json::{Value, json};
use telemetry_tool::{
    document,
    import::{Options, Refused, import},
    json::{join, to_text},
    sql::{self, Dialect},
};

use super::repository;

/// The pointers of every value.
fn pointers(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                pointers(item, join(&pointer, &at.to_string()), found);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                pointers(member, join(&pointer, key), found);
            }
        }
        _ => {}
    }
    found.push(pointer);
}

#[test]
fn one_other_value_is_refused_or_stays_stable() {
    let path = repository().join("schemas/tool/tests/import/hand_written.json");
    let original: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut places = Vec::new();
    pointers(&original, String::new(), &mut places);
    let (mut imported, mut refused) = (0, 0);
    for place in &places {
        for other in [
            json!(""),
            json!("\u{0}\u{202e}'\"`\\"),
            json!("unknown"),
            json!("Self::x */\n\n\n# [x]"),
            json!(0),
            json!(-9007199254740993_i64),
            json!(1e300),
            json!(u64::MAX),
            json!(true),
            json!([]),
            json!({"type": "array", "items": {"type": "boolean"}}),
            json!({"type": "integer", "minimum": 0, "description": "Another type."}),
        ] {
            let mut changed = original.clone();
            *changed.pointer_mut(place).unwrap() = other;
            let Ok(read) = document::read("changed.json", to_text(&changed).as_bytes()) else {
                continue;
            };
            for dialect in [Dialect::ClickHouse, Dialect::DuckDb] {
                let options = sql::Options {
                    dialect,
                    events: Vec::new(),
                    input: "x".to_owned(),
                };
                assert!(sql::export(&read, None, &options).is_ok(), "{place}");
            }
            match import(&read, &Options::default()) {
                Ok(first) => {
                    imported += 1;
                    let written = document::read("written.json", first.document.as_bytes());
                    let second = import(&written.unwrap(), &Options::default()).unwrap();
                    assert_eq!(second.document, first.document, "{place}");
                    assert_eq!(second.differences, [], "{place}");
                }
                Err(Refused::UnknownEvent(name)) => panic!("{name}"),
                Err(Refused::Undeclarable(problems)) => {
                    refused += 1;
                    assert!(!problems.is_empty(), "{place}");
                    for problem in problems {
                        let pointer = problem.pointer.unwrap();
                        assert!(pointer.starts_with('/') && problem.position.is_some());
                    }
                }
            }
        }
    }
    assert!(imported > 200 && refused > 50, "{imported} {refused}");
}
