//! A live check as JSON.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::Report;
use crate::live::{Coverage, FieldPlan, FieldTally};

/// The check as JSON.
#[must_use]
pub fn as_json(report: &Report<'_>, root: &Path) -> Value {
    let outcome = report.outcome;
    let unreadable = outcome
        .unreadable
        .first
        .iter()
        .map(|(line, column, wrong)| json!({"line": line, "column": column, "wrong": wrong}));
    let violations = outcome.violations.groups().iter().map(|group| {
        let code = report
            .code(group, root)
            .map(|(file, line, item)| json!({"file": file, "line": line, "item": item}));
        json!({
            "rule": group.rule.id(),
            "event": group.event,
            "version": group.version.map(|version| version.to_string()),
            "field": group.field,
            "count": group.count,
            "line": group.first.line,
            "pointer": group.first.pointer,
            "wrong": group.wrong,
            "case": group.case,
            "code": code,
        })
    });
    let coverage = report.coverage();
    json!({
        "file": report.file,
        "finding": report.is_finding(),
        "complete": coverage.iter().all(Coverage::is_complete),
        "envelopes": outcome.envelopes,
        "events": outcome.events,
        "unreadable": {
            "count": outcome.unreadable.total,
            "records": unreadable.collect::<Vec<_>>(),
        },
        "violations": {
            "count": outcome.violations.total(),
            "unlisted": outcome.violations.beyond(),
            "groups": violations.collect::<Vec<_>>(),
        },
        "coverage": coverage.iter().map(event).collect::<Vec<_>>(),
    })
}

fn event(event: &Coverage<'_>) -> Value {
    let (plan, tally) = (event.plan, event.tally);
    let fields = plan.all_fields().iter().zip(&tally.fields);
    json!({
        "event": plan.event,
        "version": plan.version().to_string(),
        "document": plan.file,
        "current": plan.is_current,
        "complete": event.is_complete(),
        "events": tally.events,
        "invalid": tally.violating,
        "fields": fields.map(|(plan, tally)| field(plan, tally)).collect::<Vec<_>>(),
    })
}

fn field(plan: &FieldPlan, tally: &FieldTally) -> Value {
    let choices = plan.choices.iter().zip(&tally.choices);
    let counts: Map<String, Value> = choices
        .clone()
        .map(|(choice, count)| (choice.value.clone(), Value::from(*count)))
        .collect();
    let unseen = choices
        .filter(|(choice, count)| choice.is_required && **count == 0)
        .map(|(choice, _)| choice.value.as_str());
    let mut found = json!({
        "field": plan.path.join("/"),
        "seen": tally.seen,
        "sentinel": tally.sentinel,
    });
    if let (Some(members), false) = (found.as_object_mut(), counts.is_empty()) {
        members.insert("kind".to_owned(), Value::from(plan.kind.as_str()));
        members.insert("values".to_owned(), Value::Object(counts));
        members.insert("unseen".to_owned(), unseen.collect());
    }
    found
}
