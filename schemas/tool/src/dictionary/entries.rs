//! The entries of a dictionary.

use super::{
    Dictionary, EventEntry, Fact, FieldEntry, FreeText, Piece, Target, TypeEntry, ValueEntry,
    codes, fact, facts, listed,
    past::{self, Past},
    plain, sample, types,
};
use crate::{
    document::{Document, Event, Field, Shape, SharedType},
    history::Released,
    lock::{Lock, LockedEvent, LockedField},
};

struct Sources<'a> {
    document: &'a Document,
    lock: Option<&'a Lock>,
    past: Past<'a>,
    uses: Vec<Use<'a>>,
}

pub(super) fn dictionary(current: &Released, history: &[Released]) -> Dictionary {
    let lock = current.lock.as_ref();
    let sources = Sources {
        document: &current.document,
        lock,
        past: Past::new(current, history),
        uses: uses(&current.document, lock),
    };
    let document = sources.document;
    Dictionary {
        description: document.description.clone(),
        version: document.meta.version,
        facts: document_facts(&sources),
        events: document.events.iter().map(|it| sources.event(it)).collect(),
        types: document.types.iter().map(|it| sources.ty(it)).collect(),
        free_text: sources.lock.map(|_| sources.free_text()),
        removed: sources.past.removed_events(),
        versions: sources.past.versions(),
    }
}

fn document_facts(sources: &Sources<'_>) -> Vec<Fact> {
    let meta = &sources.document.meta;
    let code = |name, text: Option<&String>| {
        let text = text.filter(|text| !text.is_empty())?;
        Some(fact(name, vec![Piece::Code(text.clone())]))
    };
    let version = fact("Version", vec![plain(meta.version.to_string())]);
    [
        Some(version),
        code("Client", meta.client_name.as_ref()),
        code("Client id", meta.client_id.as_ref()),
        code("Definition version", meta.definition_version.as_ref()),
        code("Personalization", meta.personalization.as_ref()),
        sources.lock.and_then(facts::of_lock),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A field of any event, with its path.
struct Use<'a> {
    event: &'a str,
    path: Vec<String>,
    field: &'a Field,
    locked: Option<&'a LockedField>,
}

impl Use<'_> {
    fn link(&self) -> Piece {
        let text = format!("{}.{}", self.event, self.path.join("[]."));
        Piece::Link(
            Target::Field(self.event.to_owned(), self.path.clone()),
            text,
        )
    }

    /// Whether the field can send a value. A lock without a list does not exclude one.
    fn sends(&self, value: &str) -> bool {
        match self.locked.and_then(facts::sent) {
            Some(sent) => sent
                .iter()
                .any(|it| it.value == value && it.retired.is_none()),
            None => true,
        }
    }
}

fn uses<'a>(document: &'a Document, lock: Option<&'a Lock>) -> Vec<Use<'a>> {
    let mut uses = Vec::new();
    for event in &document.events {
        let lock = lock.and_then(|lock| lock.event(&event.name));
        past::each_field(&event.payload, &mut Vec::new(), &mut |path, field| {
            uses.push(Use {
                event: &event.name,
                path: path.to_vec(),
                field,
                locked: lock.and_then(|lock| lock.field(path)),
            });
        });
    }
    uses
}

impl<'a> Sources<'a> {
    fn locked_event(&self, event: &Event) -> Option<&'a LockedEvent> {
        self.lock.and_then(|lock| lock.event(&event.name))
    }

    fn free_text(&self) -> Vec<FreeText> {
        let mut found = Vec::new();
        for it in &self.uses {
            if let Some(locked) = it.locked.filter(|locked| facts::is_free_text(locked)) {
                found.push(FreeText {
                    field: it.link(),
                    reason: facts::reason(locked).map(str::to_owned),
                });
            }
        }
        found
    }

    fn event(&self, event: &'a Event) -> EventEntry {
        let lock = self.locked_event(event);
        let mut fields = Vec::new();
        past::each_field(&event.payload, &mut Vec::new(), &mut |path, field| {
            let locked = lock.and_then(|lock| lock.field(path));
            fields.push(self.field(&event.name, path, field, locked));
        });
        EventEntry {
            name: event.name.clone(),
            description: event.description.clone(),
            category: event.gdpr.category.clone(),
            facts: self.event_facts(event, lock),
            fields,
            removed: self.past.removed_fields(&event.name),
            sample: sample::payload(&event.payload, lock),
        }
    }

    fn event_facts(&self, event: &Event, lock: Option<&LockedEvent>) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut words = |name, text: &str| {
            if !text.is_empty() {
                facts.push(fact(name, vec![Piece::Words(text.to_owned())]));
            }
        };
        words("Data", &event.gdpr.description);
        words("GDPR category", &event.gdpr.category);
        words("Personalization", &event.gdpr.personalization);
        words("Service", &event.service);
        let added = self
            .past
            .added(|document| document.event(&event.name).is_some());
        facts.extend(added.map(|added| fact("History", vec![plain(added)])));
        let other = if event.payload.closed {
            "a payload with other fields is invalid"
        } else {
            "a payload may have other fields"
        };
        facts.push(fact("Other fields", vec![plain(other)]));
        facts.extend(lock.map(facts::of_event).unwrap_or_default());
        facts
    }

    fn field(
        &self,
        event: &str,
        path: &[String],
        field: &Field,
        locked: Option<&LockedField>,
    ) -> FieldEntry {
        let mut marks = Vec::new();
        if !field.required {
            marks.push("optional".to_owned());
        }
        let since = locked.and_then(facts::since);
        let with_event = self.past.added(|document| document.event(event).is_some());
        let added = self
            .past
            .added(|document| past::field_at(document, event, path).is_some())
            .filter(|added| Some(added) != with_event.as_ref());
        marks.extend(since.map(|since| format!("added in {since}")).or(added));
        let retired = locked.and_then(facts::retired);
        marks.extend(retired.map(|version| format!("retired in {version}")));
        let bounds = types::bounds(&field.ty.shape).into_iter();
        let mut all: Vec<_> = bounds.map(|(name, value)| fact(name, value)).collect();
        all.extend(locked.map(facts::of_field).unwrap_or_default());
        all.extend(self.values_of(event, path, field, locked));
        FieldEntry {
            path: path.to_vec(),
            marks,
            ty: types::described(&field.ty),
            facts: all,
            description: field.description.clone(),
            purpose: facts::purpose(locked, field.comment.as_deref()),
        }
    }

    /// The values of an enum, and the history of an enum that is not shared.
    fn values_of(
        &self,
        event: &str,
        path: &[String],
        field: &Field,
        locked: Option<&LockedField>,
    ) -> Vec<Fact> {
        let mut found = Vec::new();
        let sent = locked.and_then(facts::sent);
        if let Some(values) = types::values_of_field(&field.ty)
            && sent.is_none()
        {
            found.push(fact("Values", values));
        }
        if let Some(sent) = &sent {
            let current = sent.iter().filter(|it| it.retired.is_none());
            let values = codes(current.map(|it| it.value));
            found.push(fact("Sends", values));
            let all = types::values(&field.ty).unwrap_or_default().iter();
            let unsent = all.filter(|value| !sent.iter().any(|it| it.value == **value));
            let unsent = codes(unsent.map(String::as_str));
            if !unsent.is_empty() && types::shared_enum(&field.ty).is_none() {
                found.push(fact("Accepted, not sent", unsent));
            }
            let retired = sent.iter().filter_map(|it| Some((it, it.retired?)));
            let retired = retired.map(|(it, version)| (it.value, version));
            let pieces = dated(retired, "in");
            if !pieces.is_empty() {
                found.push(fact("Retired values", pieces));
            }
        }
        let pieces = self.newer_values(event, path, field, sent.as_deref());
        if !pieces.is_empty() {
            found.push(fact("Newer values", pieces));
        }
        found
    }

    /// The versions of values from the lock, or from the history if the enum is not shared.
    fn newer_values(
        &self,
        event: &str,
        path: &[String],
        field: &Field,
        sent: Option<&[facts::Sent<'_>]>,
    ) -> Vec<Piece> {
        let locked = sent.unwrap_or_default().iter();
        let locked = dated(
            locked.filter_map(|it| Some((it.value, it.since?))),
            "added in",
        );
        if !locked.is_empty() || types::shared_enum(&field.ty).is_some() {
            return locked;
        }
        let with_field = self
            .past
            .added(|document| past::field_at(document, event, path).is_some());
        let values = types::values(&field.ty).unwrap_or_default().iter();
        joined(values.filter_map(|value| {
            let added = self
                .past
                .added(|document| past::field_has_value(document, event, path, value))
                .filter(|added| Some(added) != with_field.as_ref())?;
            Some(vec![Piece::Code(value.clone()), plain(format!(" {added}"))])
        }))
    }

    fn ty(&self, ty: &SharedType) -> TypeEntry {
        let all = self.uses.iter();
        let uses: Vec<_> = all.filter(|it| refers(it.field, &ty.name)).collect();
        let values = match &*ty.shape {
            Shape::Enum(values) => values.as_slice(),
            _ => &[],
        };
        let mut described = types::kind(&ty.shape);
        for (_, value) in types::bounds(&ty.shape) {
            described.push(plain(", "));
            described.extend(value);
        }
        TypeEntry {
            name: ty.name.clone(),
            description: ty.description.clone(),
            ty: described,
            used_by: listed(uses.iter().map(|it| it.link())),
            values: values
                .iter()
                .map(|value| self.value(&ty.name, value, &uses))
                .collect(),
            removed: self.past.removed_values(&ty.name),
        }
    }

    fn value(&self, ty: &str, value: &str, uses: &[&Use<'_>]) -> ValueEntry {
        let sent_by = self.lock.map(|_| {
            let senders: Vec<_> = uses.iter().filter(|it| it.sends(value)).collect();
            if senders.is_empty() {
                vec![plain("not sent")]
            } else if senders.len() == uses.len() && uses.len() > 1 {
                vec![plain("every field of this type")]
            } else {
                listed(senders.iter().map(|it| it.link()))
            }
        });
        let all_sent = uses.iter().filter_map(|it| facts::sent(it.locked?));
        let dates: Vec<_> = all_sent
            .flatten()
            .filter(|it| it.value == value)
            .map(|it| (it.since, it.retired))
            .collect();
        let mut marks = Vec::new();
        let since = dates.iter().filter_map(|(since, _)| *since).min();
        let was_there = self
            .past
            .added(|document| document.shared_type(ty).is_some());
        let added = self
            .past
            .added(|document| past::has_value(document, ty, value))
            .filter(|added| Some(added) != was_there.as_ref());
        marks.extend(since.map(|since| format!("added in {since}")).or(added));
        // A value is retired if each field that lists it has retired it.
        let retired: Option<Vec<_>> = dates.iter().map(|(_, retired)| *retired).collect();
        let retired = retired.and_then(|all| all.into_iter().max());
        marks.extend(retired.map(|version| format!("retired in {version}")));
        ValueEntry {
            value: value.to_owned(),
            sent_by,
            marks,
        }
    }
}

/// Whether a field or the items of its list have a shared type. Parts of objects have their own entries.
fn refers(field: &Field, name: &str) -> bool {
    let mut ty = &field.ty;
    loop {
        if ty.reference.as_deref() == Some(name) {
            return true;
        }
        match &*ty.shape {
            Shape::List { items, .. } => ty = items,
            _ => return false,
        }
    }
}

fn dated<'a>(
    values: impl Iterator<Item = (&'a str, crate::version::Version)>,
    word: &str,
) -> Vec<Piece> {
    joined(values.map(|(value, version)| {
        vec![
            Piece::Code(value.to_owned()),
            plain(format!(" {word} {version}")),
        ]
    }))
}

fn joined(parts: impl IntoIterator<Item = Vec<Piece>>) -> Vec<Piece> {
    let mut all = Vec::new();
    for part in parts {
        if !all.is_empty() {
            all.push(plain(", "));
        }
        all.extend(part);
    }
    all
}
