//! An event as text to copy: a fixture, a call of a Rust builder, and a command.

use std::fmt::Write;

use serde_json::{Value, json};

use super::entry::Entry;
use crate::{
    dictionary::{EventEntry, Piece},
    import::{field_name, type_name},
    json::{Kind, Node, to_text},
    live::{ChoiceKind, FieldPlan, Plan},
};

/// The event with its version, as a record that `live-check` reads.
pub(super) fn fixture(entry: &Entry, event: &Node) -> String {
    let value = |key: &str| event.get(key).map(Node::to_value);
    to_text(&json!({
        "name": value("name"),
        "eventSchemaVer": entry.version,
        "parameters": value("parameters"),
    }))
}

/// A command that sends the event again.
pub(super) fn curl(entry: &Entry, event: &Node, ingest: &str) -> String {
    let envelope = serde_json::from_str::<Value>(&entry.envelope);
    let mut envelope = envelope.unwrap_or_else(|_| json!({}));
    if let Some(envelope) = envelope.as_object_mut() {
        let events = vec![event.to_value()];
        envelope.insert("events".to_owned(), events.into());
    }
    format!(
        "curl -X POST -H 'Content-Type: application/json' --data-raw {} {ingest}\n",
        quoted(&envelope.to_string())
    )
}

/// An argument for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A call of the builder. The names are those of the lock, or those that `import` would choose.
pub(super) fn rust(described: Option<&EventEntry>, plan: Option<&Plan>, event: &Node) -> String {
    let name = super::entry::text_of(event, "name");
    let declared = described.and_then(declared);
    let ty = declared.unwrap_or_else(|| type_name(&name));
    let fields = plan.map(Plan::all_fields).unwrap_or_default();
    let parameters = event.get("parameters");
    let Some(Kind::Object(_)) = parameters.map(|it| &it.kind) else {
        return String::new();
    };
    let mut text = String::new();
    let fields: Vec<&FieldPlan> = fields
        .iter()
        .filter(|it| !is_constant(described, it))
        .collect();
    builder(&mut text, &ty, &fields, &[], parameters, 0);
    text.push('\n');
    text
}

/// The item that the lock names.
fn declared(described: &EventEntry) -> Option<String> {
    let fact = described.facts.iter().find(|it| it.name == "Declared")?;
    match fact.value.first()? {
        Piece::Code(path) => Some(path.clone()),
        _ => None,
    }
}

/// Whether the builder has no method for a field.
fn is_constant(described: Option<&EventEntry>, field: &FieldPlan) -> bool {
    let mut entries = described.into_iter().flat_map(|it| &it.fields);
    let entry = entries.find(|it| it.path == field.path);
    entry.is_some_and(|entry| {
        let class = entry.purpose.iter().find(|it| it.name == "Privacy class");
        class.is_some_and(|it| it.value == [Piece::Plain("constant".to_owned())])
    })
}

fn builder(
    text: &mut String,
    ty: &str,
    fields: &[&FieldPlan],
    parents: &[String],
    object: Option<&Node>,
    depth: usize,
) {
    let indent = "    ".repeat(depth + 1);
    let _ = writeln!(text, "{ty}::builder()");
    let own = fields.iter().filter(|it| {
        it.path
            .split_last()
            .is_some_and(|(_, before)| before == parents)
    });
    for field in own {
        let Some(value) = object.and_then(|object| object.get(field.name())) else {
            continue;
        };
        // A new event has the sentinel.
        if field.is_sentinel(value) {
            continue;
        }
        let item = field
            .code
            .as_ref()
            .and_then(|code| code.path.split_once("::"));
        match item {
            // A field of a part that the event contains.
            Some((part, name)) if part != ty && parents.is_empty() => {
                let value = value.to_value();
                let _ = writeln!(
                    text,
                    "{indent}// `{name}` of `{part}` is {}",
                    one_line(&value)
                );
            }
            _ => {
                let name =
                    item.map_or_else(|| field_name(field.name()), |(_, name)| name.to_owned());
                let _ = write!(text, "{indent}.{name}(");
                argument(text, fields, field, value, depth);
                text.push_str(")\n");
            }
        }
    }
    let _ = write!(text, "{indent}.build()");
}

fn argument(
    text: &mut String,
    fields: &[&FieldPlan],
    field: &FieldPlan,
    value: &Node,
    depth: usize,
) {
    match &value.kind {
        Kind::Text(found) if field.kind == ChoiceKind::Enum && !field.choices.is_empty() => {
            let _ = write!(text, "{found:?}.parse()?");
        }
        Kind::Text(found) => {
            let _ = write!(text, "{found:?}");
        }
        Kind::List(items) => {
            text.push_str("vec![");
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push_str(", ");
                }
                argument(text, fields, field, item, depth);
            }
            text.push(']');
        }
        Kind::Object(_) => {
            let inner = |it: &&&FieldPlan| {
                it.path.len() > field.path.len() && it.path.starts_with(&field.path)
            };
            let code = fields.iter().filter(inner).find_map(|it| it.code.as_ref());
            let ty = code.and_then(|it| it.path.split_once("::"));
            let ty = ty.map_or_else(|| type_name(field.name()), |(ty, _)| ty.to_owned());
            builder(text, &ty, fields, &field.path, Some(value), depth + 1);
        }
        _ => {
            let _ = write!(text, "{}", value.to_value());
        }
    }
}

fn one_line(value: &Value) -> String {
    value
        .to_string()
        .replace(['\u{2028}', '\u{2029}', '\u{85}'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_an_event_stays_one_argument() {
        assert_eq!(quoted("it's $HOME `x`"), r"'it'\''s $HOME `x`'");
    }
}
