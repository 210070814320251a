//! Everything about one event: each field with its value and its description.

use std::path::Path;

use serde_json::{Value, json};

use super::{
    changes::{changes, text_of},
    copies,
    entry::{Entry, Mistake},
    store::Store,
};
use crate::{
    dictionary::{EventEntry, Fact, FieldEntry, Piece},
    json::{self, Kind, Node},
    live::{FieldPlan, Plan},
    report::printable,
    version::Version,
};

/// The event as JSON. `ingest` is the address for envelopes.
pub(super) fn as_json(store: &Store, entry: &Entry, ingest: &str) -> Value {
    let mistakes: Vec<Value> = entry.mistakes.iter().map(mistake).collect();
    let mut found = entry.summary();
    let Some(object) = found.as_object_mut() else {
        return found;
    };
    object.insert("errors".to_owned(), mistakes.into());
    let Ok(event) = json::parse(entry.event.as_bytes()) else {
        return found;
    };
    let version = entry.version.parse::<Version>().ok();
    let contracts = &store.contracts;
    let plan = contracts
        .plan(&entry.name, version)
        .or_else(|| contracts.plan(&entry.name, None));
    let described = plan.and_then(|plan| store.described(&plan.event, plan.document));
    let before = store.before(entry);
    let parsed = before.and_then(|it| json::parse(it.event.as_bytes()).ok());
    let pair = parsed
        .as_ref()
        .and_then(|it| it.get("parameters"))
        .zip(event.get("parameters"));
    let envelope = serde_json::from_str::<Value>(&entry.envelope).unwrap_or_default();
    let envelope = envelope.as_object().into_iter().flatten();
    let envelope: Vec<Value> = envelope
        .map(|(key, value)| json!([key, value.to_string()]))
        .collect();
    let facts = described.map(|it| pairs(&it.facts));
    let more = json!({
        "name": entry.name,
        "session": entry.session,
        "description": described.map(|it| &it.description),
        "facts": facts,
        "document": plan.map(document),
        "rows": rows(plan, described, &entry.mistakes, &event),
        "envelope": envelope,
        "previous": before.map(|it| it.id),
        "changes": pair.map(|(before, after)| changes(before, after)),
        "fixture": copies::fixture(entry, &event),
        "curl": copies::curl(entry, &event, ingest),
        "rust": copies::rust(described, plan, &event),
    });
    if let Value::Object(more) = more {
        object.extend(more);
    }
    found
}

/// The event as text: the record of a fixture, and its mistakes.
pub(super) fn as_text(entry: &Entry) -> String {
    let mut text = match json::parse(entry.event.as_bytes()) {
        Ok(event) => {
            let fixture = copies::fixture(entry, &event);
            fixture.lines().map(|line| printable(line) + "\n").collect()
        }
        Err(_) => String::new(),
    };
    for it in &entry.mistakes {
        let line = format!("{} {} {}", it.rule, it.pointer, it.wrong);
        text.push_str(&printable(&line));
        text.push('\n');
    }
    text
}

/// Name and version of a document, without its folder.
fn document(plan: &Plan) -> String {
    let name = Path::new(&plan.file).file_name().unwrap_or_default();
    format!("{} {}", name.to_string_lossy(), plan.document)
}

fn mistake(mistake: &Mistake) -> Value {
    json!({
        "rule": mistake.rule,
        "title": mistake.title,
        "pointer": mistake.pointer,
        "field": mistake.field,
        "wrong": mistake.wrong,
        "count": mistake.count,
    })
}

/// A row for each field of the document, then for each other member of the parameters.
fn rows(
    plan: Option<&Plan>,
    described: Option<&EventEntry>,
    mistakes: &[Mistake],
    event: &Node,
) -> Vec<Value> {
    let fields = plan.map(Plan::all_fields).unwrap_or_default();
    let Some(parameters) = event.get("parameters") else {
        return Vec::new();
    };
    let mut rows: Vec<Value> = fields
        .iter()
        .map(|field| {
            let described =
                described.and_then(|event| event.fields.iter().find(|it| it.path == field.path));
            let mut values = Vec::new();
            values_of(parameters, &field.path, &mut values);
            row(field, described, &values, mistakes)
        })
        .collect();
    let Kind::Object(members) = &parameters.kind else {
        return rows;
    };
    let is_known = |key: &str| {
        fields
            .iter()
            .any(|it| it.path.len() == 1 && it.name() == key)
    };
    let others = members.iter().filter(|it| !is_known(&it.key));
    rows.extend(others.map(|member| {
        json!({
            "field": member.key,
            "values": [text_of(&member.node)],
            "state": if plan.is_some() { "unknown" } else { "set" },
            "errors": of_field(mistakes, std::slice::from_ref(&member.key)),
        })
    }));
    rows
}

fn row(
    field: &FieldPlan,
    described: Option<&FieldEntry>,
    values: &[&Node],
    mistakes: &[Mistake],
) -> Value {
    let state = match values {
        [] if field.required && field.path.len() == 1 => "missing",
        [] => "absent",
        all if all.iter().all(|value| field.is_sentinel(value)) => "sentinel",
        _ => "set",
    };
    json!({
        "field": field.path.join("[]."),
        "depth": field.path.len(),
        "values": values.iter().take(100).map(|it| text_of(it)).collect::<Vec<_>>(),
        "state": state,
        "type": described.map(|it| words(&it.ty)),
        "marks": described.map(|it| &it.marks),
        "facts": described.map(|it| pairs(&it.facts)),
        "description": described.map(|it| &it.description),
        "purpose": described.map(|it| pairs(&it.purpose)),
        "code": field.code.as_ref().map(|it| format!("{} in {}", it.path, it.file)),
        "errors": of_field(mistakes, &field.path),
    })
}

/// The values under a path of names, through the items of lists.
fn values_of<'n>(node: &'n Node, path: &[String], found: &mut Vec<&'n Node>) {
    match (path.split_first(), &node.kind) {
        (None, _) => found.push(node),
        (Some(_), Kind::List(items)) => items.iter().for_each(|item| values_of(item, path, found)),
        (Some((name, rest)), _) => {
            if let Some(value) = node.get(name) {
                values_of(value, rest, found);
            }
        }
    }
}

fn of_field(mistakes: &[Mistake], path: &[String]) -> Vec<usize> {
    let name = path.join("/");
    let all = mistakes.iter().enumerate();
    all.filter(|(_, it)| it.field == name)
        .map(|(at, _)| at)
        .collect()
}

fn pairs(facts: &[Fact]) -> Vec<Value> {
    facts
        .iter()
        .map(|it| json!([it.name, words(&it.value)]))
        .collect()
}

fn words(pieces: &[Piece]) -> String {
    let texts = pieces.iter().map(|piece| match piece {
        Piece::Plain(text) | Piece::Words(text) | Piece::Code(text) | Piece::Link(_, text) => {
            text.as_str()
        }
    });
    texts.collect()
}
