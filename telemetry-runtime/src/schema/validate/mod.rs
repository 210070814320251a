//! Validates a registry at compile time. It collects all problems; each one names its event, field,
//! enum or value.
//!
//! **Invariants.** A running program never calls this code. It never depends on the clock or a file.

pub(crate) mod enums;

use crate::{
    event::{
        descriptor::{EventDescriptor, FieldDescriptor},
        schema_version::SchemaVersion,
    },
    util::const_str::{Text, eq, hash},
};

use self::enums::{check_enums, check_listed_types};
use super::declaration::Declaration;

/// The problems of one registry, one per line.
pub type Problems = Text<4096>;

/// All problems of `registry`, which has `N` events.
#[must_use]
pub const fn problems<const N: usize>(registry: &Declaration) -> Option<Problems> {
    let mut problems = Problems::EMPTY;
    check_version(&mut problems, "registry version `", registry.version, "`");
    if let Some(since) = registry.require_why_since {
        check_version(&mut problems, "`require_why_since = \"", since, "\"`");
    }
    check_listed_types(&mut problems, registry);
    let digests: [Digest; N] = digests(registry.events);
    let mut digests: &[Digest] = &digests;
    let mut events = registry.events;
    while let ([event, later @ ..], [digest, later_digests @ ..]) = (events, digests) {
        // An event without a name has an invalid declaration. The derive reports the error.
        if !event.name.is_empty() {
            check_event_version(&mut problems, registry, event);
            check_event_docs(&mut problems, event);
            check_why(&mut problems, registry, event);
            check_pairs(&mut problems, (event, *digest), later, later_digests);
            check_enums(&mut problems, registry, event);
        }
        events = later;
        digests = later_digests;
    }
    if problems.is_empty() {
        None
    } else {
        Some(problems)
    }
}

/// Hashes of an event's name and of its set of fields. Without them the compiler's interpreter would
/// need seconds to compare all names of all pairs of events.
#[derive(Clone, Copy)]
struct Digest {
    name: u64,
    fields: u64,
}

const fn digests<const N: usize>(mut events: &[&EventDescriptor]) -> [Digest; N] {
    let mut digests = [Digest { name: 0, fields: 0 }; N];
    let mut slots: &mut [Digest] = &mut digests;
    while let ([slot, slots_left @ ..], [event, events_left @ ..]) = (slots, events) {
        slot.name = hash(event.name);
        let mut fields = event.fields;
        while let [field, rest @ ..] = fields {
            slot.fields = slot.fields.wrapping_add(hash(field.wire_name));
            fields = rest;
        }
        slots = slots_left;
        events = events_left;
    }
    digests
}

/// Appends a line.
const fn line(problems: &mut Problems, parts: &[&str]) {
    if !problems.is_empty() {
        problems.push("\n");
    }
    push(problems, parts);
}

const fn push(problems: &mut Problems, mut parts: &[&str]) {
    while let [part, rest @ ..] = parts {
        problems.push(part);
        parts = rest;
    }
}

const fn check_version(problems: &mut Problems, before: &str, version: &str, after: &str) {
    if SchemaVersion::parse(version).is_none() {
        line(problems, &[before, version, after, " is not `MAJOR.MINOR`"]);
    }
}

const fn check_event_version(
    problems: &mut Problems,
    registry: &Declaration,
    event: &EventDescriptor,
) {
    if let (Some(of_event), Some(of_document)) = (
        SchemaVersion::parse(event.schema_version),
        SchemaVersion::parse(registry.version),
    ) && of_event.is_later_than(of_document)
    {
        line(
            problems,
            &[
                "event `",
                event.name,
                "`: schema `",
                event.schema_version,
                "` is newer than the registry document, which is `",
                registry.version,
                "`\nhelp: raise the registry's `version` to that of its newest event",
            ],
        );
    }
}

const fn check_event_docs(problems: &mut Problems, event: &EventDescriptor) {
    if event.docs.is_empty() {
        line(
            problems,
            &["event `", event.name, "` has no doc comment", DOCS_HELP],
        );
    }
    check_field_docs(problems, event, event.fields, &[]);
}

/// `list` is text about the list that contains the fields, for messages.
const fn check_field_docs(
    problems: &mut Problems,
    event: &EventDescriptor,
    mut fields: &[FieldDescriptor],
    list: &[&str],
) {
    while let [field, rest @ ..] = fields {
        if field.docs.is_empty() {
            line(problems, &["field `", field.wire_name, "`"]);
            push(problems, list);
            let of_event = &[" of event `", event.name, "` has no doc comment", DOCS_HELP];
            push(problems, of_event);
        }
        if let Some(items) = field.ty.item_fields() {
            let list = &[" in each item of `", field.wire_name, "`"];
            check_field_docs(problems, event, items, list);
        }
        fields = rest;
    }
}

/// Every field that is as new as the registry specifies must have a `why`.
const fn check_why(problems: &mut Problems, registry: &Declaration, event: &EventDescriptor) {
    let Some(required) = registry.require_why_since else {
        return;
    };
    let mut fields = event.fields;
    while let [field, rest @ ..] = fields {
        if let (None, Some(since)) = (field.why, field.since)
            && let (Some(of_field), Some(first)) =
                (SchemaVersion::parse(since), SchemaVersion::parse(required))
            && !first.is_later_than(of_field)
        {
            line(
                problems,
                &[
                    "field `",
                    field.wire_name,
                    "` of event `",
                    event.name,
                    "` exists since ",
                    since,
                    " and has no `why`\nhelp: add `why = \"...\"` with the question that the field \
                     answers; the registry requires it of every field since ",
                    required,
                ],
            );
        }
        fields = rest;
    }
}

const DOCS_HELP: &str = "\nhelp: it becomes `description` in the JSON Schema and is shown to users";

const fn check_pairs(
    problems: &mut Problems,
    (event, digest): (&EventDescriptor, Digest),
    mut later: &[&EventDescriptor],
    mut digests: &[Digest],
) {
    while let ([other, rest @ ..], [other_digest, digests_left @ ..]) = (later, digests) {
        if digest.name == other_digest.name && eq(event.name, other.name) {
            line(problems, &["event name `", event.name, "` is used twice"]);
        } else if digest.fields == other_digest.fields
            && same_fields(event.fields, other.fields)
            && !other.name.is_empty()
        {
            line(
                problems,
                &[
                    "events `",
                    event.name,
                    "` and `",
                    other.name,
                    "` have the same set of fields\nhelp: parameters are validated without the \
                     event name, so both would always be rejected",
                ],
            );
        }
        later = rest;
        digests = digests_left;
    }
}

const fn same_fields(a: &[FieldDescriptor], b: &[FieldDescriptor]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut fields = a;
    while let [field, rest @ ..] = fields {
        let mut others = b;
        while let [other, rest @ ..] = others {
            if eq(field.wire_name, other.wire_name) {
                break;
            }
            others = rest;
        }
        if others.is_empty() {
            return false;
        }
        fields = rest;
    }
    true
}
