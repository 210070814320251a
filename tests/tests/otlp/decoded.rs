//! Reads an OTLP request as its specification describes it, without the code of the runtime.

use serde_json::{Map, Value};

/// A request with one resource and one scope.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) resource: Value,
    pub(crate) scope: Value,
    pub(crate) schema: String,
    pub(crate) records: Vec<Record>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) recorded: u64,
    pub(crate) sent: u64,
    /// From names to values, in the order of the request.
    pub(crate) attributes: Value,
}

/// # Panics
///
/// If `body` is not such a request, or has a member that this code does not know.
#[track_caller]
pub(crate) fn decode(body: &[u8]) -> Decoded {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    let mut logs = only(take(&mut body, "resourceLogs"));
    assert_empty(&body);
    let mut resource = take(&mut logs, "resource");
    let mut scoped = only(take(&mut logs, "scopeLogs"));
    assert_empty(&logs);
    let decoded = Decoded {
        resource: attributes(take(&mut resource, "attributes")),
        scope: take(&mut scoped, "scope"),
        schema: text(take(&mut scoped, "schemaUrl")),
        records: list(take(&mut scoped, "logRecords"))
            .into_iter()
            .map(record)
            .collect(),
    };
    assert_empty(&resource);
    assert_empty(&scoped);
    decoded
}

fn record(mut record: Value) -> Record {
    let nanos = |value| text(value).parse().unwrap();
    assert_eq!(take(&mut record, "severityNumber"), 9);
    let decoded = Record {
        name: text(take(&mut record, "eventName")),
        recorded: nanos(take(&mut record, "timeUnixNano")),
        sent: nanos(take(&mut record, "observedTimeUnixNano")),
        attributes: attributes(take(&mut record, "attributes")),
    };
    assert_empty(&record);
    decoded
}

/// A list of keys and values as an object.
pub(crate) fn attributes(attributes: Value) -> Value {
    let mut object = Map::new();
    for mut attribute in list(attributes) {
        let key = text(take(&mut attribute, "key"));
        let value = any_value(take(&mut attribute, "value"));
        assert_empty(&attribute);
        assert_eq!(object.insert(key, value), None);
    }
    object.into()
}

/// A value whose JSON type is that of its only member.
fn any_value(value: Value) -> Value {
    let Value::Object(members) = value else {
        panic!("{value} is not an object")
    };
    let members: Vec<_> = members.into_iter().collect();
    let Ok([(kind, mut value)]) = <[_; 1]>::try_from(members) else {
        panic!("a value has one member")
    };
    match (kind.as_str(), &value) {
        ("boolValue", Value::Bool(_)) | ("stringValue", Value::String(_)) => value,
        ("intValue", Value::String(digits)) => digits.parse::<i64>().unwrap().into(),
        ("doubleValue", Value::Number(_)) => value.as_f64().into(),
        ("arrayValue", _) => {
            let values = list(take(&mut value, "values"));
            assert_empty(&value);
            values.into_iter().map(any_value).collect()
        }
        ("kvlistValue", _) => {
            let values = attributes(take(&mut value, "values"));
            assert_empty(&value);
            values
        }
        _ => panic!("{kind}: {value}"),
    }
}

#[track_caller]
fn take(object: &mut Value, key: &str) -> Value {
    let members = object.as_object_mut().unwrap();
    members
        .shift_remove(key)
        .unwrap_or_else(|| panic!("no {key}"))
}

#[track_caller]
fn assert_empty(object: &Value) {
    assert_eq!(object, &Value::Object(Map::new()));
}

fn only(value: Value) -> Value {
    let [value] = <[_; 1]>::try_from(list(value)).unwrap();
    value
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        other => panic!("{other} is not a list"),
    }
}

fn text(value: Value) -> String {
    value.as_str().expect("a text").to_owned()
}
