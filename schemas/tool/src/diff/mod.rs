//! The comparison of two documents and their locks.
//!
//! Events are compared one by one, after `$ref` was followed. A change of a shared type is reported once,
//! with the events that use it.
//!
//! **Invariants.** Each change has a rule, and each side that breaks at the payload has a witness if a
//! payload of reasonable size exists.

mod approvals;
mod events;
mod locked_values;
mod locks;
mod meta;
mod needs;
mod objects;
mod ranges;
mod shapes;
mod types;
pub mod witness;

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

use crate::{
    document::{Document, Place},
    json::{Position, join},
    lock::{CodePlace, Lock, LockedEvent, LockedField, PrivacyClass},
    rules::{Bump, EVENT_ADDED, FIELD_ADDED, FIELD_ADDED_OPTIONAL, Policy, Rule, Verdict},
};

pub use self::{
    approvals::{UnusedApproval, unused_approvals},
    needs::Need,
    witness::Witness,
};
pub(crate) use self::{events::overlapping, locked_values::type_at};

/// A document with its lock, if it has one.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its lock.
    pub lock: Option<&'a Lock>,
}

/// Settings of a comparison.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The way in which servers validate.
    pub policy: Policy,
    /// Changes that a reviewer for privacy has approved, as `RULE` or `RULE:POINTER`. [`unused_approvals`] finds
    /// those that match no change.
    pub signed_off: Vec<String>,
}

/// The file in which a change is visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The old document.
    OldDocument,
    /// The new document.
    NewDocument,
    /// The old lock.
    OldLock,
    /// The new lock.
    NewLock,
}

/// A difference.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its rule.
    pub rule: &'static Rule,
    /// The events that it affects; empty if it affects the document.
    pub events: Arc<[String]>,
    /// The shared type in which it is.
    pub shared_type: Option<String>,
    /// The file of `pointer`.
    pub source: Source,
    /// JSON pointer in this file.
    pub pointer: String,
    /// Line and column in this file.
    pub position: Position,
    /// The value in the old file.
    pub before: Option<Value>,
    /// The value in the new file.
    pub after: Option<Value>,
    /// Payloads of old producers at a new server.
    pub old_to_new: Verdict,
    /// Payloads of new producers at an old server.
    pub new_to_old: Verdict,
    /// Queries and dashboards.
    pub readers: Verdict,
    /// The version that it needs.
    pub bump: Bump,
    /// A fact about this change that its rule does not have.
    pub note: Option<String>,
    /// Whether a required approval is missing.
    pub needs_sign_off: bool,
    /// A payload of an old producer that a new server refuses.
    pub old_witness: Option<Witness>,
    /// A payload of a new producer that an old server refuses.
    pub new_witness: Option<Witness>,
    /// The declaration in the code.
    pub code: Option<CodePlace>,
}

impl Change {
    /// A change with the verdicts of its rule.
    fn new(rule: &'static Rule, source: Source, place: &Place, policy: Policy) -> Self {
        Self {
            rule,
            events: Arc::new([]),
            shared_type: None,
            source,
            pointer: place.pointer.clone(),
            position: place.position,
            before: None,
            after: None,
            old_to_new: rule.old_to_new,
            new_to_old: rule.new_to_old,
            readers: rule.readers,
            bump: rule.bump(policy),
            note: None,
            needs_sign_off: rule.sign_off,
            old_witness: None,
            new_witness: None,
            code: None,
        }
    }

    fn values(mut self, before: Option<Value>, after: Option<Value>) -> Self {
        self.before = before;
        self.after = after;
        self
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    fn in_event(mut self, event: &str) -> Self {
        self.events = Arc::new([event.to_owned()]);
        self
    }

    fn old_witness(mut self, witness: Option<Witness>) -> Self {
        self.old_witness = witness;
        self
    }

    fn new_witness(mut self, witness: Option<Witness>) -> Self {
        self.new_witness = witness;
        self
    }

    /// Whether the change alone makes the comparison fail.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.bump == Bump::Forbidden
    }
}

/// All differences of two documents, and the versions that they need.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// The old side.
    pub old: Side<'a>,
    /// The new side.
    pub new: Side<'a>,
    /// The policy.
    pub policy: Policy,
    /// The differences: document, shared types, events, locks; each in the order of the new document.
    pub changes: Vec<Change>,
    /// The versions: that of the document, then those of events with a lock.
    pub needs: Vec<Need>,
}

impl Comparison<'_> {
    /// Whether a change is forbidden, or a version did not rise enough.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        self.changes.iter().any(Change::is_forbidden)
            || self.needs.iter().any(|need| !need.is_met())
    }

    /// The payload of a witness.
    #[must_use]
    pub fn payload(&self, witness: &Witness) -> Option<Value> {
        let side = match witness.producer {
            witness::Producer::Old => self.old,
            witness::Producer::New => self.new,
        };
        witness.payload(side.document)
    }
}

/// Compares two documents and their locks. Facts of locks are compared if both sides have one.
#[must_use]
pub fn compare<'a>(old: Side<'a>, new: Side<'a>, options: &Options) -> Comparison<'a> {
    compare_with(old, &[], new, options)
}

/// Compares each released document with a new one. `released` has the order of the versions.
///
/// A value of an enum is retired for a released document if its own lock or that of a later released document
/// retires it.
#[must_use]
pub fn compare_released<'a>(
    released: &[Side<'a>],
    new: Side<'a>,
    options: &Options,
) -> Vec<Comparison<'a>> {
    let mut rest = released;
    let mut comparisons = Vec::with_capacity(released.len());
    while let Some((old, later)) = rest.split_first() {
        comparisons.push(compare_with(*old, later, new, options));
        rest = later;
    }
    comparisons
}

fn compare_with<'a>(
    old: Side<'a>,
    later: &[Side<'a>],
    new: Side<'a>,
    options: &Options,
) -> Comparison<'a> {
    let mut found = Found {
        old: old.document,
        new: new.document,
        policy: options.policy,
        changes: Vec::new(),
    };
    meta::compare(&mut found);
    types::compare(&mut found);
    events::compare(&mut found);
    locks::compare(&mut found, old.lock, later, new.lock);
    meta::version(&mut found);
    let mut changes = found.changes;
    if let Some(lock) = new.lock {
        let events: HashMap<&str, &LockedEvent> = lock
            .events
            .iter()
            .map(|it| (it.name.as_str(), it))
            .collect();
        for change in &mut changes {
            locate(change, &events);
        }
    }
    for change in &mut changes {
        approvals::approve(change, &options.signed_off);
    }
    limit_witnesses(&mut changes, old.document, new.document);
    let needs = needs::needs(old, new, &changes);
    Comparison {
        old,
        new,
        policy: options.policy,
        changes,
        needs,
    }
}

/// The state of a comparison.
struct Found<'a> {
    old: &'a Document,
    new: &'a Document,
    policy: Policy,
    changes: Vec<Change>,
}

impl Found<'_> {
    fn change(&self, rule: &'static Rule, source: Source, place: &Place) -> Change {
        Change::new(rule, source, place, self.policy)
    }
}

/// Keeps the first witnesses: a report with a payload for each of many changes would be too long.
fn limit_witnesses(changes: &mut [Change], old: &Document, new: &Document) {
    let sizes = |document: &Document| -> HashMap<String, u64> {
        let events = document.events.iter();
        events
            .map(|event| (event.name.clone(), witness::size(&event.payload)))
            .collect()
    };
    let (old_sizes, new_sizes) = (sizes(old), sizes(new));
    let mut sum: u64 = 0;
    for change in changes {
        for (witness, sizes) in [
            (&mut change.old_witness, &old_sizes),
            (&mut change.new_witness, &new_sizes),
        ] {
            let size = witness.as_ref().and_then(|it| sizes.get(&it.event));
            sum = sum.saturating_add(size.copied().unwrap_or(0));
            if sum > witness::LARGEST_SUM && witness.take().is_some() && change.note.is_none() {
                change.note = Some("without a witness: the report has enough of them".to_owned());
            }
        }
    }
}

/// The place of a key of an object.
fn keyed(place: &Place, key: &str) -> Place {
    Place {
        pointer: join(&place.pointer, key),
        position: place.position,
    }
}

/// The declaration of the field, or of the event, that a change in a document is about.
fn locate(change: &mut Change, events: &HashMap<&str, &LockedEvent>) {
    if change.code.is_some() || change.shared_type.is_some() {
        return;
    }
    let [event] = &*change.events else {
        return;
    };
    let Some(event) = events.get(event.as_str()) else {
        return;
    };
    let path = wire_path(&change.pointer);
    let field = event.field(&path);
    let code = field.and_then(|field| field.code.as_ref());
    change.code = code.or(event.code.as_ref()).cloned();
    if change.note.is_none() {
        change.note = match change.rule {
            rule if rule == &FIELD_ADDED || rule == &FIELD_ADDED_OPTIONAL => free_text(field),
            rule if rule == &EVENT_ADDED => free_text(&event.fields),
            _ => None,
        };
    }
}

/// Free text in new fields, with the reasons of their author: the part that a reviewer for privacy must see.
fn free_text<'a>(fields: impl IntoIterator<Item = &'a LockedField>) -> Option<String> {
    let free = fields.into_iter().filter_map(|field| {
        let is_free = field.privacy_class == Some(PrivacyClass::FreeText);
        let reason = field.notes.iter().find(|(key, _)| *key == "reason");
        let reason = reason.and_then(|(_, reason)| reason.as_deref());
        let reason = reason.unwrap_or("no reason is given");
        is_free.then(|| format!("free text in `{}`: {reason}", field.path.join("/")))
    });
    let free: Vec<String> = free.collect();
    (!free.is_empty()).then(|| free.join("; "))
}

/// The wire names in a pointer to a part of an event: of a field, or of a list and a field of its items.
fn wire_path(pointer: &str) -> Vec<String> {
    let mut steps = pointer.split('/').skip(4).peekable();
    let mut path = Vec::new();
    while steps.next_if_eq(&"properties").is_some() {
        let name = steps.next().unwrap_or_default();
        path.push(name.replace("~1", "/").replace("~0", "~"));
        steps.next_if_eq(&"items");
    }
    path
}
