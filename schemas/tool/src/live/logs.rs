//! Logs of OTLP in JSON as events: bodies of requests, and lines of an audit log.

use crate::json::{Kind, Member, Node, join};

/// An event of a log.
pub(super) struct Log<'n> {
    /// `name` and `parameters`.
    pub(super) event: Node,
    pub(super) version: Option<&'n Node>,
    /// The place of the log record.
    pub(super) pointer: String,
}

/// The events of a body or of a single record; `None` if the value is neither.
pub(super) fn logs<'n>(node: &'n Node, pointer: &str) -> Option<Vec<Log<'n>>> {
    if node.get("eventName").is_some() {
        return Some(vec![log(node, node.get("schemaUrl"), pointer.to_owned())]);
    }
    node.get("resourceLogs")?;
    let mut found = Vec::new();
    for (resource, pointer) in items(node, "resourceLogs", pointer) {
        for (scope, pointer) in items(resource, "scopeLogs", &pointer) {
            for (record, pointer) in items(scope, "logRecords", &pointer) {
                found.push(log(record, scope.get("schemaUrl"), pointer));
            }
        }
    }
    Some(found)
}

/// The items of a list with their pointers.
fn items<'n>(
    node: &'n Node,
    key: &str,
    pointer: &str,
) -> impl Iterator<Item = (&'n Node, String)> + use<'n> {
    let items = match node.get(key).map(|list| &list.kind) {
        Some(Kind::List(items)) => items.as_slice(),
        _ => &[],
    };
    let pointer = join(pointer, key);
    let items = items.iter().enumerate();
    items.map(move |(at, item)| (item, format!("{pointer}/{at}")))
}

fn log<'n>(record: &Node, version: Option<&'n Node>, pointer: String) -> Log<'n> {
    let mut members = Vec::new();
    let mut add = |key: &str, node: Node| {
        members.push(Member {
            key: key.to_owned(),
            position: node.position,
            node,
        });
    };
    if let Some(name) = record.get("eventName") {
        add("name", name.clone());
    }
    if let Some(attributes) = record.get("attributes") {
        add("parameters", object(attributes));
    }
    let event = Node {
        position: record.position,
        kind: Kind::Object(members),
    };
    Log {
        event,
        version,
        pointer,
    }
}

/// A list of keys and values as an object. Any other value stays the same, so that it is reported.
fn object(list: &Node) -> Node {
    let Kind::List(attributes) = &list.kind else {
        return list.clone();
    };
    let members = attributes.iter().filter_map(|attribute| {
        let key = attribute.get("key")?;
        let Kind::Text(name) = &key.kind else {
            return None;
        };
        Some(Member {
            key: name.clone(),
            position: key.position,
            node: attribute.get("value").map_or_else(
                || Node {
                    position: key.position,
                    kind: Kind::Null,
                },
                plain,
            ),
        })
    });
    Node {
        position: list.position,
        kind: Kind::Object(members.collect()),
    }
}

/// The value in an object such as `{"intValue": "1"}`.
fn plain(value: &Node) -> Node {
    let Kind::Object(members) = &value.kind else {
        return value.clone();
    };
    let Some(member) = members.first() else {
        return Node {
            position: value.position,
            kind: Kind::Null,
        };
    };
    match (member.key.as_str(), &member.node.kind) {
        ("intValue", Kind::Text(digits)) => {
            let integer = digits.parse::<i64>().map(i128::from);
            Node {
                position: member.node.position,
                kind: integer.map_or_else(|_| Kind::Text(digits.clone()), Kind::Integer),
            }
        }
        ("arrayValue", _) => {
            let values = match member.node.get("values").map(|values| &values.kind) {
                Some(Kind::List(values)) => values.iter().map(plain).collect(),
                _ => Vec::new(),
            };
            Node {
                position: member.node.position,
                kind: Kind::List(values),
            }
        }
        ("kvlistValue", _) => member.node.get("values").map_or_else(
            || Node {
                position: member.node.position,
                kind: Kind::Object(Vec::new()),
            },
            object,
        ),
        _ => member.node.clone(),
    }
}
