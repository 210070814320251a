//! Lines of the dead letter file.

use std::io::Write;

use serde_json::{Value, json};

use crate::{
    json::Node,
    live::{Group, Violations},
    version::Version,
};

/// Violations of one event in its line. The others are counted.
const SHOWN: usize = 10;

/// The line of an event. Texts of the payload are only in a line with the payload.
pub(super) fn of_event(
    received: u64,
    event: Option<&Node>,
    name: &str,
    violations: &Violations,
    lines: &mut Vec<u8>,
) {
    let groups = violations.groups();
    let errors: Vec<Value> = groups
        .iter()
        .take(SHOWN)
        .map(|group| error(group, event.is_some()))
        .collect();
    let more = groups.len().saturating_sub(SHOWN);
    let version = groups.iter().find_map(|group| group.version);
    let mut line = json!({
        "receivedUnixMs": received,
        "event": name,
        "version": version.as_ref().map(Version::to_string),
        "errors": errors,
    });
    if more > 0 {
        add(&mut line, "moreErrors", more.into());
    }
    if let Some(event) = event {
        add(&mut line, "payload", event.to_value());
    }
    let _ = writeln!(lines, "{line}");
}

/// The line of events that the collector has rejected. It does not name them.
pub(super) fn of_collector(received: u64, rejected: u64) -> Vec<u8> {
    let line = json!({
        "receivedUnixMs": received,
        "errors": [{"rule": "COLLECTOR", "title": "The collector accepts each event.", "count": rejected}],
    });
    format!("{line}\n").into_bytes()
}

fn error(group: &Group, has_payload: bool) -> Value {
    let mut error = json!({
        "rule": group.rule.id(),
        "title": group.rule.title(),
        "pointer": group.first.pointer,
        "count": group.count,
    });
    if has_payload {
        add(&mut error, "wrong", group.wrong.as_str().into());
    }
    error
}

/// Adds a member to an object.
pub(super) fn add(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(key.to_owned(), value);
    }
}
