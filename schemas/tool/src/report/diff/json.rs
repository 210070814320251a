//! A comparison as JSON.

use std::path::Path;

use serde_json::{Value, json};

use super::file_of;
use crate::{
    diff::{Change, Comparison, Side, Witness},
    report::code::line_of,
    rules::SHARED_TYPE_CHANGED,
};

/// Most names of events of a part of a shared type.
const MOST_EVENTS: usize = 100;

/// The comparison as JSON.
#[must_use]
pub fn as_json(comparison: &Comparison<'_>, root: &Path) -> Value {
    let side = |side: &Side<'_>| {
        json!({
            "document": side.document.file,
            "version": side.document.meta.version.to_string(),
            "lock": side.lock.map(|lock| lock.file.as_str()),
        })
    };
    let changes: Vec<Value> = comparison
        .changes
        .iter()
        .map(|it| change_json(comparison, it, root))
        .collect();
    let needs = comparison.needs.iter().map(|need| {
        json!({
            "event": need.event,
            "old": need.old.to_string(),
            "new": need.new.to_string(),
            "needed": need.bump.as_str(),
            "lowest": need.lowest().to_string(),
            "enough": need.is_met(),
        })
    });
    json!({
        "policy": comparison.policy.as_str(),
        "old": side(&comparison.old),
        "new": side(&comparison.new),
        "finding": comparison.is_finding(),
        "needs": needs.collect::<Vec<_>>(),
        "changes": changes,
    })
}

fn change_json(comparison: &Comparison<'_>, change: &Change, root: &Path) -> Value {
    let payload =
        |witness: &Option<Witness>| witness.as_ref().and_then(|it| comparison.payload(it));
    let code = change
        .code
        .as_ref()
        .map(|code| json!({"file": code.file, "path": code.path, "line": line_of(root, code)}));
    // The summary of a shared type lists every event; its parts repeat the first ones.
    let is_part = change.shared_type.is_some() && change.rule != &SHARED_TYPE_CHANGED;
    let most = if is_part { MOST_EVENTS } else { usize::MAX };
    let events: Vec<&String> = change.events.iter().take(most).collect();
    json!({
        "rule": change.rule.id,
        "title": change.rule.title,
        "events": events,
        "eventCount": change.events.len(),
        "sharedType": change.shared_type,
        "file": file_of(comparison, change.source),
        "line": change.position.line,
        "column": change.position.column,
        "pointer": change.pointer,
        "code": code,
        "before": change.before,
        "after": change.after,
        "oldProducerToNewServer": change.old_to_new.as_str(),
        "newProducerToOldServer": change.new_to_old.as_str(),
        "reader": change.readers.as_str(),
        "needs": change.bump.as_str(),
        "needsSignOff": change.needs_sign_off,
        "note": change.note,
        "advice": change.rule.advice,
        "oldWitness": payload(&change.old_witness),
        "newWitness": payload(&change.new_witness),
        "link": change.rule.link(),
    })
}
