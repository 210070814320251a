//! Envelopes that arrive one at a time.

use std::mem;

use crate::json::{Kind, Node};

use super::{Around, Checker, Contracts, Outcome, Violations};

/// Checks an envelope and adds the result to `outcome`, which [`Outcome::new`] made for `contracts`.
///
/// `line` is the number of the envelope. Returns the violations of each event, in the order of the
/// envelope; `None` if the value has no list of `events` and is therefore not an envelope.
pub fn check_envelope(
    node: &Node,
    line: usize,
    contracts: &Contracts,
    outcome: &mut Outcome,
) -> Option<Vec<Violations>> {
    let mut all = mem::take(&mut outcome.violations);
    let mut found = Vec::new();
    let is_envelope = check_events(node, line, contracts, outcome, |_, _, violations| {
        all.add(&violations);
        found.push(violations);
    });
    outcome.violations = all;
    is_envelope.then_some(found)
}

/// Checks the events of an envelope one at a time. `each` gets the place of an event in the envelope, the event
/// and its violations; so only the violations of one event are in memory.
///
/// Adds the counters to `outcome`, but no violations. Returns whether the value has a list of `events`.
pub fn check_events(
    node: &Node,
    line: usize,
    contracts: &Contracts,
    outcome: &mut Outcome,
    mut each: impl FnMut(usize, &Node, Violations),
) -> bool {
    let Some(Kind::List(events)) = node.get("events").map(|events| &events.kind) else {
        return false;
    };
    let mut checker = Checker {
        contracts,
        bare: None,
        line,
        outcome: mem::take(outcome),
    };
    checker.outcome.envelopes += 1;
    checker.outcome.violations = Violations::default();
    let around = Around {
        version: node.get("eventSchemaVer"),
        client_id: node.get("clientId"),
        position: node.position,
    };
    for (at, event) in events.iter().enumerate() {
        checker.event(event, &format!("/events/{at}"), "", around);
        each(at, event, mem::take(&mut checker.outcome.violations));
    }
    *outcome = checker.outcome;
    true
}
