//! Recorded events compared with documents and locks: violations and coverage.
//!
//! **Invariants.** The input is read in records of at most [`MAX_BYTES`](crate::json::MAX_BYTES), so the
//! memory does not depend on its size. A record that cannot be read never hides the records behind it.
//! Text of a payload is shortened when it is stored.

mod choices;
mod contracts;
mod coverage;
mod envelope;
mod findings;
mod logs;
mod plan;
mod records;
mod tally;
mod values;
mod walk;

use std::io::{self, BufRead};

use crate::{
    json::{self, Kind, Node, Position, join},
    version::Version,
};

use self::{
    contracts::Miss,
    findings::shortened,
    records::{Record, Records},
    walk::Walk,
};

pub use self::{
    choices::{Choice, ChoiceKind},
    contracts::Contracts,
    coverage::{Coverage, coverage, objects, percent, sentinel_sentence},
    envelope::{check_envelope, check_events},
    findings::{Group, Place, Rule, Unreadable, Violations},
    plan::{FieldPlan, Plan},
    tally::{FieldTally, Tally},
};

/// The event of an input whose records are only parameters, as in the audit log of NeMo Guardrails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bare {
    /// Wire name.
    pub event: String,
    /// `eventSchemaVer`; without it, that of the latest document.
    pub version: Option<Version>,
}

/// The result of a check.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Envelopes.
    pub envelopes: u64,
    /// Events, with those that no document has.
    pub events: u64,
    /// The coverage of each plan of the [`Contracts`], in the same order.
    pub tallies: Vec<Tally>,
    /// Values that a document or a lock does not allow.
    pub violations: Violations,
    /// Records that are not telemetry.
    pub unreadable: Unreadable,
}

impl Outcome {
    /// The result before the first event.
    #[must_use]
    pub fn new(contracts: &Contracts) -> Self {
        Self {
            tallies: contracts.plans().iter().map(Tally::new).collect(),
            ..Self::default()
        }
    }
}

/// Checks every event of an input.
///
/// A record is a line, or a JSON value of several lines. It is an envelope, an event with `name`,
/// `eventSchemaVer` and `parameters`, an array of those, or with `bare` the parameters of an event. The
/// text `case` of a record, if it has one, is a part of the report.
///
/// ```
/// use telemetry_tool::{document, history::Released, live::{Contracts, check}};
///
/// let document = document::load("../anonymous_events.json").unwrap();
/// let contracts = Contracts::new(vec![Released { document, lock: None }]).unwrap();
/// let input = br#"{"name": "nat_cli_command", "eventSchemaVer": "1.5", "parameters": {}}"#;
/// let outcome = check(&input[..], &contracts, None).unwrap();
/// assert_eq!(outcome.events, 1);
/// assert_eq!(outcome.violations.groups()[0].rule.id(), "MISSING_FIELD");
/// ```
///
/// # Errors
///
/// The input cannot be read. A record that is not valid is a part of the result.
pub fn check(
    input: impl BufRead,
    contracts: &Contracts,
    bare: Option<&Bare>,
) -> io::Result<Outcome> {
    let mut checker = Checker {
        contracts,
        bare,
        line: 1,
        outcome: Outcome::new(contracts),
    };
    let mut records = Records::new(input);
    let mut bytes = Vec::new();
    while let Some(record) = records.next(&mut bytes)? {
        match record {
            Record::Text { line } => {
                checker.line = line;
                checker.text(&bytes);
            }
            Record::TooLong { line } => {
                let limit = json::MAX_BYTES;
                let wrong = format!("the record has more than {limit} bytes");
                checker.outcome.unreadable.push(line, 1, &wrong);
            }
        }
    }
    Ok(checker.outcome)
}

struct Checker<'c> {
    contracts: &'c Contracts,
    bare: Option<&'c Bare>,
    /// First line of the record.
    line: usize,
    outcome: Outcome,
}

/// Values of the envelope that concern each of its events.
#[derive(Clone, Copy)]
struct Around<'n> {
    version: Option<&'n Node>,
    client_id: Option<&'n Node>,
    position: Position,
}

impl Checker<'_> {
    fn text(&mut self, bytes: &[u8]) {
        match json::parse(bytes) {
            Ok(node) => match &node.kind {
                Kind::List(items) => {
                    for (at, item) in items.iter().enumerate() {
                        self.record(item, &format!("/{at}"));
                    }
                }
                _ => self.record(&node, ""),
            },
            Err(problem) => {
                let position = problem.position.unwrap_or(Position::START);
                let line = self.line_of(position);
                let unreadable = &mut self.outcome.unreadable;
                unreadable.push(line, position.column, &problem.wrong);
            }
        }
    }

    const fn line_of(&self, position: Position) -> usize {
        self.line + position.line - 1
    }

    fn record(&mut self, node: &Node, pointer: &str) {
        let events = node.get("events").map(|events| &events.kind);
        let case = node.get("case").and_then(|case| match &case.kind {
            Kind::Text(case) => Some(case.as_str()),
            _ => None,
        });
        self.outcome.violations.set_case(case);
        if let Some(bare) = self.bare {
            self.parameters(&bare.event, bare.version, node, pointer, None);
        } else if let Some(Kind::List(events)) = events {
            self.outcome.envelopes += 1;
            let around = Around {
                version: node.get("eventSchemaVer"),
                client_id: node.get("clientId"),
                position: node.position,
            };
            for (at, event) in events.iter().enumerate() {
                self.event(event, &format!("{pointer}/events/{at}"), pointer, around);
            }
        } else if let Some(logs) = logs::logs(node, pointer) {
            for log in &logs {
                let around = Around {
                    version: log.version,
                    client_id: None,
                    position: node.position,
                };
                self.event(&log.event, &log.pointer, &log.pointer, around);
            }
        } else if node.get("name").is_some() || node.get("parameters").is_some() {
            let around = Around {
                version: node.get("eventSchemaVer"),
                client_id: None,
                position: node.position,
            };
            self.event(node, pointer, pointer, around);
        } else {
            let line = self.line_of(node.position);
            let wrong = format!(
                "the record is {}, not an envelope, an event or a log of OTLP: `events`, `name` or `resourceLogs` is missing",
                node.kind_name()
            );
            let unreadable = &mut self.outcome.unreadable;
            unreadable.push(line, node.position.column, &wrong);
        }
    }

    /// `outer` is the pointer of the object with `eventSchemaVer`.
    fn event(&mut self, node: &Node, pointer: &str, outer: &str, around: Around<'_>) {
        let name = match node.get("name").map(|name| (&name.kind, name)) {
            Some((Kind::Text(name), _)) => name,
            other => {
                let position = other.map_or(node.position, |(_, name)| name.position);
                self.malformed(
                    "",
                    &join(pointer, "name"),
                    position,
                    "`name` is not a string",
                );
                return;
            }
        };
        let version = match around.version.map(|node| (&node.kind, node)) {
            Some((Kind::Text(text), node)) => text.parse::<Version>().map_err(|_| node.position),
            Some((_, node)) => Err(node.position),
            None => Err(around.position),
        };
        let version = match version {
            Ok(version) => version,
            Err(position) => {
                let pointer = join(outer, "eventSchemaVer");
                let wrong = "`eventSchemaVer` is not a version such as \"1.9\"";
                self.malformed(name, &pointer, position, wrong);
                return;
            }
        };
        let Some(parameters) = node.get("parameters") else {
            let pointer = join(pointer, "parameters");
            self.malformed(name, &pointer, node.position, "`parameters` is missing");
            return;
        };
        let client_id = around.client_id.map(|id| (id, join(outer, "clientId")));
        let pointer = join(pointer, "parameters");
        self.parameters(name, Some(version), parameters, &pointer, client_id);
    }

    fn malformed(&mut self, event: &str, pointer: &str, position: Position, wrong: &str) {
        self.outcome.events += 1;
        let place = self.place(pointer.to_owned(), position);
        let violations = &mut self.outcome.violations;
        violations.push(Rule::MalformedEvent, event, None, wrong, place, || {
            wrong.to_owned()
        });
    }

    const fn place(&self, pointer: String, position: Position) -> Place {
        Place {
            line: self.line_of(position),
            pointer,
        }
    }

    fn parameters(
        &mut self,
        event: &str,
        version: Option<Version>,
        node: &Node,
        pointer: &str,
        client_id: Option<(&Node, String)>,
    ) {
        let contracts = self.contracts;
        let (at, version) = match contracts.find(event, version) {
            Ok(found) => found,
            Err(miss) => {
                self.outcome.events += 1;
                let place = self.place(pointer.to_owned(), node.position);
                let rule = match miss {
                    Miss::Event => Rule::UnknownEvent,
                    Miss::Version(_) => Rule::UnknownVersion,
                };
                let violations = &mut self.outcome.violations;
                violations.push(rule, event, version, "", place, || match miss {
                    Miss::Event => "no document has the event".to_owned(),
                    Miss::Version(known) => format!("the documents have {known}"),
                });
                return;
            }
        };
        self.outcome.events += 1;
        let (Some(plan), Some(tally)) =
            (contracts.plans().get(at), self.outcome.tallies.get_mut(at))
        else {
            return;
        };
        let before = self.outcome.violations.total();
        if let (Some(expected), Some((found, pointer))) = (&plan.client_id, client_id)
            && !matches!(&found.kind, Kind::Text(text) if text == expected)
        {
            let place = Place {
                line: self.line + found.position.line - 1,
                pointer,
            };
            let violations = &mut self.outcome.violations;
            violations.push(Rule::ClientId, event, Some(version), "", place, || {
                format!("the documents have `{}`", shortened(expected))
            });
        }
        tally.events += 1;
        Walk::new(
            plan,
            version,
            self.line,
            tally,
            &mut self.outcome.violations,
        )
        .payload(node, pointer);
        if self.outcome.violations.total() > before
            && let Some(tally) = self.outcome.tallies.get_mut(at)
        {
            tally.violating += 1;
        }
    }
}
