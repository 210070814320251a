//! The events in memory, the coverage, and the counters.

use std::{
    collections::{HashMap, VecDeque},
    path::Path,
    sync::Arc,
    time::SystemTime,
};

use serde_json::{Value, json};

use super::{
    Ended, FailOn, HELD_BYTES, HELD_EVENTS,
    entry::{Entry, Mistake, Verdict, text_of},
    failures::Failures,
    forward::Forwarded,
    save::Saved,
};
use crate::{
    dictionary::{Dictionary, EventEntry},
    error::InputError,
    history::Released,
    json::{self, Kind, Node},
    live::{Contracts, Outcome, Violations, check_envelope, coverage, percent, sentinel_sentence},
    report::{
        Format, Style,
        live::{FailOn as Reported, Report, as_json, render},
    },
    version::Version,
};

/// Name of the input in a report.
const NAME: &str = "live view";

pub(super) struct Store {
    pub(super) contracts: Contracts,
    /// The descriptions of each event of a document.
    described: HashMap<(String, Version), EventEntry>,
    outcome: Outcome,
    entries: VecDeque<Entry>,
    held_bytes: usize,
    /// The number of resets. A page that sees another one forgets its events.
    epoch: u64,
    next_id: u64,
    requests: u64,
    invalid: u64,
    bytes: u64,
    pub(super) failures: Failures,
    /// The product's variable for its endpoint.
    variable: String,
    saved: Option<Saved>,
    pub(super) forwarded: Option<Arc<Forwarded>>,
}

impl Store {
    pub(super) fn new(
        released: Vec<Released>,
        saved: Option<Saved>,
        variable: String,
    ) -> Result<Self, InputError> {
        let mut described: HashMap<_, EventEntry> = HashMap::new();
        let mut sorted: Vec<&Released> = released.iter().collect();
        // Of two copies of a document, the one with a lock describes more.
        sorted.sort_by_key(|it| it.lock.is_none());
        for one in sorted {
            for event in Dictionary::new(one, &[]).events {
                let key = (event.name.clone(), one.document.meta.version);
                described.entry(key).or_insert(event);
            }
        }
        let contracts = Contracts::new(released)?;
        Ok(Self {
            outcome: Outcome::new(&contracts),
            contracts,
            described,
            entries: VecDeque::new(),
            held_bytes: 0,
            epoch: 0,
            next_id: 1,
            requests: 0,
            invalid: 0,
            bytes: 0,
            failures: Failures::default(),
            variable,
            saved,
            forwarded: None,
        })
    }

    /// Whether there is a document.
    fn checks(&self) -> bool {
        !self.contracts.plans().is_empty()
    }

    /// Takes a body that was parsed. The error is what to answer to the client.
    pub(super) fn take(
        &mut self,
        body: &[u8],
        parsed: Result<Node, String>,
    ) -> Result<usize, String> {
        self.requests += 1;
        self.bytes += u64::try_from(body.len()).unwrap_or(u64::MAX);
        let node = match parsed {
            Ok(node) => node,
            Err(wrong) => return Err(self.refuse(wrong)),
        };
        let line = usize::try_from(self.requests).unwrap_or(usize::MAX);
        let found = check_envelope(&node, line, &self.contracts, &mut self.outcome);
        let (Some(found), Some(Kind::List(events))) =
            (found, node.get("events").map(|it| &it.kind))
        else {
            return Err(self.refuse(format!(
                "the body is {}, not an envelope: the list `events` is missing",
                node.kind_name()
            )));
        };
        if let Some(saved) = &mut self.saved {
            saved.write(&node);
        }
        let envelope = envelope_of(&node);
        let session = text_of(&node, "sessionId");
        let version = text_of(&node, "eventSchemaVer");
        for (event, violations) in events.iter().zip(&found) {
            let entry = self.entry(event, violations, &session, &version, &envelope);
            self.hold(entry);
        }
        Ok(events.len())
    }

    fn entry(
        &mut self,
        event: &Node,
        violations: &Violations,
        session: &str,
        version: &str,
        envelope: &Arc<str>,
    ) -> Entry {
        let verdict = match (self.checks(), violations.total()) {
            (false, _) => Verdict::Unchecked,
            (true, 0) => Verdict::Valid,
            (true, _) => Verdict::Invalid,
        };
        let mistakes: Vec<Mistake> = match verdict {
            Verdict::Invalid => violations.groups().iter().map(Mistake::from).collect(),
            _ => Vec::new(),
        };
        Entry {
            id: 0,
            request: self.requests,
            arrived: now(),
            name: text_of(event, "name"),
            version: version.to_owned(),
            session: session.to_owned(),
            recorded: text_of(event, "ts"),
            verdict,
            mistakes,
            event: event.to_value().to_string(),
            envelope: Arc::clone(envelope),
        }
    }

    /// Shows a request whose body was not read to its end.
    pub(super) fn refuse_unread(&mut self, wrong: &str) {
        self.requests += 1;
        self.refuse(wrong.to_owned());
    }

    /// Shows a request that is not an envelope. Returns the mistake.
    fn refuse(&mut self, wrong: String) -> String {
        self.outcome.unreadable.total += 1;
        self.hold(Entry {
            id: 0,
            request: self.requests,
            arrived: now(),
            name: String::new(),
            version: String::new(),
            session: String::new(),
            recorded: String::new(),
            verdict: Verdict::Invalid,
            mistakes: vec![Mistake {
                rule: "NOT_AN_ENVELOPE",
                title: "The body of a request is an envelope.",
                pointer: String::new(),
                field: String::new(),
                wrong: wrong.clone(),
                count: 1,
            }],
            event: String::new(),
            envelope: Arc::from(""),
        });
        wrong
    }

    fn hold(&mut self, mut entry: Entry) {
        entry.id = self.next_id;
        self.next_id += 1;
        self.invalid += u64::from(entry.verdict == Verdict::Invalid);
        self.held_bytes += entry.bytes();
        self.entries.push_back(entry);
        while self.entries.len() > HELD_EVENTS
            || (self.held_bytes > HELD_BYTES && self.entries.len() > 1)
        {
            let Some(old) = self.entries.pop_front() else {
                break;
            };
            self.held_bytes -= old.bytes();
        }
    }

    /// Forgets every event. The file of `--save` stays as it is.
    pub(super) fn reset(&mut self) {
        self.outcome = Outcome::new(&self.contracts);
        self.entries.clear();
        self.held_bytes = 0;
        self.epoch += 1;
        (self.requests, self.invalid, self.bytes) = (0, 0, 0);
        self.failures = Failures::default();
    }

    /// The events in memory, the latest first.
    pub(super) fn latest(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().rev()
    }

    pub(super) fn entry_of(&self, id: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The event of the same name before this one, if it is in memory.
    pub(super) fn before(&self, entry: &Entry) -> Option<&Entry> {
        self.latest()
            .find(|it| it.id < entry.id && it.name == entry.name && !it.event.is_empty())
    }

    /// The descriptions for an event of a plan.
    pub(super) fn described(&self, name: &str, document: Version) -> Option<&EventEntry> {
        self.described.get(&(name.to_owned(), document))
    }

    /// The message for a page: counters, and the events behind `after` of this epoch.
    pub(super) fn update(&self, epoch: Option<u64>, after: u64) -> Value {
        let after = if epoch == Some(self.epoch) { after } else { 0 };
        let entries: Vec<Value> = self
            .latest()
            .take_while(|entry| entry.id > after)
            .map(Entry::summary)
            .collect();
        json!({
            "epoch": self.epoch,
            "latest": self.next_id - 1,
            "entries": entries,
            "totals": self.totals(),
        })
    }

    pub(super) fn totals(&self) -> Value {
        json!({
            "events": self.outcome.events,
            "requests": self.requests,
            "unreadable": self.outcome.unreadable.total,
            "invalid": self.invalid,
            "bytes": self.bytes,
            "held": self.entries.len(),
            "checked": self.checks(),
            "coverage": self.checks().then(|| self.percent()),
            "variable": self.variable,
            "failures": self.failures.as_json(),
            "saved": self.saved.as_ref().map(Saved::as_json),
            "forwarded": self.forwarded.as_ref().map(|it| it.as_json()),
        })
    }

    fn percent(&self) -> u8 {
        percent(&coverage(&self.contracts, &self.outcome))
    }

    fn report(&self) -> Report<'_> {
        Report {
            file: NAME,
            contracts: &self.contracts,
            outcome: &self.outcome,
            fail_on: Reported::default(),
        }
    }

    pub(super) fn coverage_text(&self) -> String {
        render(
            &self.report(),
            Format::Text,
            Style { colour: false },
            Path::new("."),
        )
    }

    pub(super) fn coverage_json(&self) -> Value {
        let mut found = as_json(&self.report(), Path::new("."));
        let all = coverage(&self.contracts, &self.outcome);
        if let Some(found) = found.as_object_mut() {
            found.insert("percent".to_owned(), percent(&all).into());
        }
        let events = found.get_mut("coverage").and_then(Value::as_array_mut);
        for (event, coverage) in events.into_iter().flatten().zip(&all) {
            let always = coverage.always_sentinel.iter();
            let always: Vec<String> = always
                .map(|(field, counts)| sentinel_sentence(field, counts))
                .collect();
            if let Some(event) = event.as_object_mut() {
                event.insert("alwaysSentinel".to_owned(), always.into());
            }
        }
        found
    }

    pub(super) fn ended(&self, rules: &[FailOn]) -> Ended {
        let events = self.outcome.events;
        let mut summary = format!(
            "{events} event{} in {} request{}",
            if events == 1 { "" } else { "s" },
            self.requests,
            if self.requests == 1 { "" } else { "s" },
        );
        if self.checks() {
            let (invalid, percent) = (self.invalid, self.percent());
            summary.push_str(&format!(", {invalid} invalid, coverage {percent} %"));
        }
        let findings = rules.iter().filter_map(|rule| match rule {
            FailOn::Invalid if self.invalid > 0 => Some(format!("{} invalid", self.invalid)),
            FailOn::CoverageBelow(limit) if self.percent() < *limit => Some(format!(
                "the coverage is {} %, below {limit} %",
                self.percent()
            )),
            _ => None,
        });
        Ended {
            summary,
            findings: findings.collect(),
            mistake: self.saved.as_ref().and_then(Saved::mistake),
        }
    }
}

/// The body as JSON, or the mistake with its place.
pub(super) fn parsed(body: &[u8]) -> Result<Node, String> {
    json::parse(body).map_err(|problem| match problem.position {
        Some(at) => format!("line {}, column {}: {}", at.line, at.column, problem.wrong),
        None => problem.wrong,
    })
}

/// The envelope without its events.
fn envelope_of(node: &Node) -> Arc<str> {
    let Kind::Object(members) = &node.kind else {
        return Arc::from("{}");
    };
    let rest = members.iter().filter(|member| member.key != "events");
    let rest: serde_json::Map<String, Value> = rest
        .map(|member| (member.key.clone(), member.node.to_value()))
        .collect();
    Arc::from(Value::Object(rest).to_string())
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX))
}
