//! Parses an event.

use std::collections::HashSet;

use syn::{DeriveInput, LitStr};

use super::{limit, ownership, structure, version};
use crate::{
    attr::{Entries, Place},
    diag::{self, Errors},
    model::{Event, Gdpr, Kind, RegistryKey},
    suggest, wire,
};

/// The valid parts of the event. If errors were reported, only a stub may use the result.
pub(crate) fn event(input: &DeriveInput, errors: &mut Errors) -> Event {
    let entries = Entries::of(&input.attrs, Place::Struct, errors);
    entries.check_required_keys(&input.ident, Place::Struct, errors);
    Event {
        item: structure::structure(input, &entries, Kind::Event, errors),
        name: entries
            .text("name")
            .map(|name| event_name(name, errors))
            .unwrap_or_default(),
        schema: entries
            .text("schema")
            .map(|literal| {
                version::parse(literal, errors);
                literal.value()
            })
            .unwrap_or_default(),
        registry: registry(&entries),
        gdpr: entries.group("gdpr").map(|gdpr| parse_gdpr(gdpr, errors)),
        never: never(entries.texts("never"), errors),
        limit: limit::limit(&entries, errors),
        ownership: ownership::ownership(&entries, errors),
    }
}

fn registry(entries: &Entries) -> Option<RegistryKey> {
    Some(RegistryKey {
        path: entries.text("registry")?.clone(),
        name: entries.text("name").cloned(),
        schema: entries.text("schema").cloned(),
    })
}

fn event_name(literal: &LitStr, errors: &mut Errors) -> String {
    let name = literal.value();
    let length = name.chars().count();
    if name.is_empty() {
        errors.push(diag::empty_text(literal, "event name"));
    } else if !wire::is_snake_case(&name) {
        errors.push(diag::bad_event_name(
            literal,
            &name,
            &wire::to_event_name(&name),
        ));
    } else if length > wire::MAX_NAME {
        errors.push(diag::long_name(literal, "event name", length));
    }
    name
}

const CATEGORIES: &[&str] = &["functional", "technical", "behavioral"];

fn parse_gdpr(entries: &Entries, errors: &mut Errors) -> Gdpr {
    let category = match entries.text("category").map(LitStr::value).as_deref() {
        None | Some("functional") => "Functional",
        Some("technical") => "Technical",
        Some("behavioral") => "Behavioral",
        Some(unknown) => {
            let help = suggest::hint(unknown, "categories", CATEGORIES);
            let value = entries.text("category");
            errors.push(diag::unknown_word(value, "category", unknown, &help));
            "Functional"
        }
    };
    Gdpr {
        category,
        purpose: non_empty(entries.text("purpose"), "`purpose`", errors),
    }
}

/// The text of a key that must not be empty.
fn non_empty(literal: Option<&LitStr>, what: &str, errors: &mut Errors) -> String {
    let text = literal.map(LitStr::value).unwrap_or_default();
    if literal.is_some() && text.trim().is_empty() {
        errors.push(diag::empty_text(literal, what));
    }
    text
}

fn never(texts: &[LitStr], errors: &mut Errors) -> Vec<LitStr> {
    let mut seen = HashSet::new();
    for text in texts {
        let value = text.value();
        if value.trim().is_empty() {
            errors.push(diag::empty_text(text, "text in `never`"));
        } else if !seen.insert(value) {
            errors.push(diag::duplicate_never(text));
        }
    }
    texts.to_vec()
}
