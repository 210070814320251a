//! The check of an envelope: its form, then each event.

use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{BODY_VALUES, ENVELOPE_EVENTS, body::Refusal, counters::Counters, lines};
use crate::{
    error::Problem,
    json::{self, Kind, Node, join},
    live::{Contracts, Group, Outcome, Place, Plan, Rule, Violations, check_events},
    otlp::{Logs, nanoseconds},
    report::printable,
    version::Version,
};

/// Outcomes that are kept for the next check. An outcome has a counter for each value of a document.
const OUTCOMES: usize = 16;

/// The documents, and the choices about the dead letter file.
#[derive(Debug)]
pub(super) struct Checks {
    contracts: Contracts,
    outcomes: Mutex<Vec<Outcome>>,
    keeps_lines: bool,
    keeps_payloads: bool,
}

/// A checked envelope.
#[derive(Debug)]
pub(super) struct Checked {
    /// The body for the collector.
    pub(super) logs: Vec<u8>,
    pub(super) valid: u64,
    pub(super) invalid: u64,
    /// Lines for the dead letter file; empty if there is no file.
    pub(super) lines: Vec<u8>,
    /// The first violation, for the answer.
    pub(super) first: Option<Value>,
}

impl Checks {
    pub(super) const fn new(contracts: Contracts, keeps_lines: bool, keeps_payloads: bool) -> Self {
        Self {
            contracts,
            outcomes: Mutex::new(Vec::new()),
            keeps_lines,
            keeps_payloads,
        }
    }

    /// Checks a body. `received` is the time in milliseconds since 1970.
    pub(super) fn check(
        &self,
        body: &[u8],
        received: u64,
        counters: &Counters,
    ) -> Result<Checked, Refusal> {
        let node = json::parse_at_most(body, BODY_VALUES).map_err(|problem| not_json(&problem))?;
        let observed = form(&node)?;
        let mut logs = Logs::new(&node, observed);
        let mut checked = Checked {
            logs: Vec::new(),
            valid: 0,
            invalid: 0,
            lines: Vec::new(),
            first: None,
        };
        let mut outcome = self.taken();
        let version = text(&node, "eventSchemaVer").and_then(|it| it.parse::<Version>().ok());
        let mut last: Option<&Plan> = None;
        let each = |at: usize, event: &Node, violations: Violations| {
            let name = text(event, "name").unwrap_or_default();
            let found = if violations.total() == 0 {
                // Most envelopes have one event many times.
                let plan = match last {
                    Some(plan) if plan.event == name => last,
                    _ => self.contracts.plan(name, version),
                };
                last = plan;
                let time = text(event, "ts").and_then(nanoseconds);
                match (plan, time, event.get("parameters")) {
                    (Some(plan), Some(time), Some(parameters)) => {
                        logs.record(name, time, parameters, plan.payload());
                        return;
                    }
                    _ => Violations::from(without_time(at, event, name, version)),
                }
            } else {
                violations
            };
            checked.invalid += 1;
            for group in found.groups() {
                counters.broken(group.rule, group.count);
                if checked.first.is_none() {
                    checked.first = Some(json!({
                        "rule": group.rule.id(),
                        "pointer": group.first.pointer,
                        "wrong": printable(&group.wrong),
                    }));
                }
            }
            if self.keeps_lines {
                let payload = self.keeps_payloads.then_some(event);
                let name = found.groups().first().map_or("", |group| &group.event);
                lines::of_event(received, payload, name, &found, &mut checked.lines);
            }
        };
        check_events(&node, 1, &self.contracts, &mut outcome, each);
        self.give_back(outcome);
        checked.valid = logs.records();
        counters.received.add(checked.valid + checked.invalid);
        counters.valid.add(checked.valid);
        counters.invalid.add(checked.invalid);
        if checked.valid > 0 {
            checked.logs = logs.finish();
            checked.logs.shrink_to_fit();
        }
        checked.lines.shrink_to_fit();
        Ok(checked)
    }

    fn taken(&self) -> Outcome {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = outcomes.pop();
        drop(outcomes);
        kept.unwrap_or_else(|| Outcome::new(&self.contracts))
    }

    fn give_back(&self, outcome: Outcome) {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        if outcomes.len() < OUTCOMES {
            outcomes.push(outcome);
        }
    }
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    match &node.get(key)?.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

/// The violation of an event whose `ts` is not a time.
fn without_time(at: usize, event: &Node, name: &str, version: Option<Version>) -> Group {
    let line = event
        .get("ts")
        .map_or(event.position, |ts| ts.position)
        .line;
    Group {
        rule: Rule::MalformedEvent,
        event: name.to_owned(),
        version,
        field: String::new(),
        count: 1,
        first: Place {
            line,
            pointer: format!("/events/{at}/ts"),
        },
        wrong: "`ts` is not a time such as \"2026-01-02T03:04:05.678Z\"".to_owned(),
        case: None,
    }
}

/// Checks what every envelope has. Returns the time of `sentTs`, if there is one.
fn form(node: &Node) -> Result<Option<u64>, Refusal> {
    let Kind::Object(_) = &node.kind else {
        let found = node.kind_name();
        return Err(wrong_form(
            "",
            &format!("the body is {found}, not an envelope"),
            "send an object with clientId, eventSchemaVer, sentTs, sessionId and events",
        ));
    };
    let missing = |key: &str, instead: &str| {
        let wrong = match node.get(key) {
            None => format!("`{key}` is missing"),
            Some(found) => format!("`{key}` is {}", found.kind_name()),
        };
        wrong_form(&join("", key), &wrong, instead)
    };
    if text(node, "clientId").is_none() {
        return Err(missing(
            "clientId",
            "send the client id of the document as a string",
        ));
    }
    let version = "send the schema version of the events as a string, such as \"1.9\"";
    let sent = text(node, "eventSchemaVer").ok_or_else(|| missing("eventSchemaVer", version))?;
    if sent.parse::<Version>().is_err() {
        let wrong = "`eventSchemaVer` is not a version";
        return Err(wrong_form("/eventSchemaVer", wrong, version));
    }
    let observed = match (text(node, "sentTs"), node.get("sentTs")) {
        (Some(sent), _) if nanoseconds(sent).is_some() => nanoseconds(sent),
        (None, None) => None,
        _ => {
            return Err(wrong_form(
                "/sentTs",
                "`sentTs` is not a time",
                "send the time of the request, such as \"2026-01-02T03:04:05.678Z\"",
            ));
        }
    };
    match node.get("events").map(|it| &it.kind) {
        Some(Kind::List(events)) if events.len() > ENVELOPE_EVENTS => Err(Refusal::too_large(
            &format!("at /events: the envelope has more than {ENVELOPE_EVENTS} events"),
        )),
        Some(Kind::List(_)) => Ok(observed),
        _ => Err(missing("events", "send the events as an array of objects")),
    }
}

fn wrong_form(pointer: &str, wrong: &str, instead: &str) -> Refusal {
    let wrong = match pointer {
        "" => wrong.to_owned(),
        pointer => format!("at {pointer}: {wrong}"),
    };
    Refusal::new(StatusCode::BAD_REQUEST, &wrong, instead)
}

fn not_json(problem: &Problem) -> Refusal {
    if problem.wrong.starts_with("the document has more than") {
        return Refusal::too_large(&format!("the body has more than {BODY_VALUES} values"));
    }
    let place = problem.position.map_or_else(String::new, |it| {
        format!("line {}, column {}: ", it.line, it.column)
    });
    let wrong = printable(&problem.wrong);
    Refusal::new(
        StatusCode::BAD_REQUEST,
        &format!("{place}{wrong}"),
        &printable(&problem.instead),
    )
}
