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
    let Kind::List(events) = &node.get("events")?.kind else {
        return None;
    };
    let mut all = mem::take(&mut outcome.violations);
    let mut checker = Checker {
        contracts,
        bare: None,
        line,
        outcome: mem::take(outcome),
    };
    checker.outcome.envelopes += 1;
    let around = Around {
        version: node.get("eventSchemaVer"),
        client_id: node.get("clientId"),
        position: node.position,
    };
    let mut found = Vec::with_capacity(events.len());
    for (at, event) in events.iter().enumerate() {
        checker.event(event, &format!("/events/{at}"), "", around);
        let violations = mem::take(&mut checker.outcome.violations);
        all.add(&violations);
        found.push(violations);
    }
    *outcome = checker.outcome;
    outcome.violations = all;
    Some(found)
}
