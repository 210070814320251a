//! The comparison of descriptions, identity and versions of two documents.

use serde_json::Value;

use crate::{
    document::Place,
    json::Position,
    rules::{CLIENT_ID_CHANGED, META_CHANGED, VERSION_LOWERED, VERSION_ONLY},
};

use super::{Found, Source, keyed, objects::description};

pub(super) fn compare(found: &mut Found<'_>) {
    let (old, new) = (found.old, found.new);
    let root = Place {
        pointer: String::new(),
        position: Position::START,
    };
    description(found, "", &root, &old.description, &new.description);
    let text = |value: &Option<String>| value.as_deref().map(Value::from);
    let version = |value: &Option<_>| value.as_ref().map(ToString::to_string);
    let (before, after) = (&old.meta, &new.meta);
    let since = [&before.require_why_since, &after.require_why_since];
    let [since_before, since_after] = since.map(version);
    for (key, rule, before, after) in [
        (
            "clientId",
            &CLIENT_ID_CHANGED,
            text(&before.client_id),
            text(&after.client_id),
        ),
        (
            "clientName",
            &META_CHANGED,
            text(&before.client_name),
            text(&after.client_name),
        ),
        (
            "definitionVersion",
            &META_CHANGED,
            text(&before.definition_version),
            text(&after.definition_version),
        ),
        (
            "personalization",
            &META_CHANGED,
            text(&before.personalization),
            text(&after.personalization),
        ),
        (
            "requireWhySince",
            &META_CHANGED,
            text(&since_before),
            text(&since_after),
        ),
    ] {
        if before != after {
            let place = keyed(&new.meta_place, key);
            let change = found.change(rule, Source::NewDocument, &place);
            found.changes.push(change.values(before, after));
        }
    }
}

/// The version itself. It comes last: only a document without another change has `VERSION_ONLY`.
pub(super) fn version(found: &mut Found<'_>) {
    let (before, after) = (found.old.meta.version, found.new.meta.version);
    let rule = if after < before {
        &VERSION_LOWERED
    } else if after > before && found.changes.is_empty() {
        &VERSION_ONLY
    } else {
        return;
    };
    let place = keyed(&found.new.meta_place, "schemaVersion");
    let change = found.change(rule, Source::NewDocument, &place).values(
        Some(before.to_string().into()),
        Some(after.to_string().into()),
    );
    found.changes.push(change);
}
