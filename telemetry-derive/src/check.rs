//! Checks the fields and variants of a declaration against each other.

use std::collections::HashMap;

use proc_macro2::Ident;

use crate::{
    diag::{self, Errors},
    model::{Enum, Event, Field, Presence, Struct},
    wire,
};

pub(crate) fn event(event: &Event, errors: &mut Errors) {
    fields(&event.item, errors);
    no_field_newer_than_its_event(event, errors);
    no_field_retired_later_than_its_event(event, errors);
}

/// The checks of events and of parts.
pub(crate) fn fields(item: &Struct, errors: &mut Errors) {
    unique_wire_names(item, errors);
    distinct_builder_methods(item, errors);
    retired_after_their_introduction(item, errors);
}

fn unique_wire_names(item: &Struct, errors: &mut Errors) {
    let mut seen: HashMap<&str, &Ident> = HashMap::new();
    for field in &item.fields {
        if field.wire.is_empty() {
            continue;
        }
        if let Some(first) = seen.get(field.wire.as_str()) {
            let first = wire::ident_name(first);
            errors.push(match &field.rename {
                Some(rename) => diag::duplicate_wire_name(rename, &field.wire, &first),
                None => diag::duplicate_wire_name(&field.ident, &field.wire, &first),
            });
        } else {
            seen.insert(&field.wire, &field.ident);
        }
    }
}

/// A field `build`, or a field `maybe_x` together with a field `x`, would define a builder method twice.
fn distinct_builder_methods(item: &Struct, errors: &mut Errors) {
    let is_optional =
        |field: &&Field| matches!(field.presence, Presence::Sentinel | Presence::Default(_));
    let has_setter = |field: &&Field| !matches!(field.presence, Presence::Constant(_));
    let parts = || item.parts.iter().map(|part| &part.ident);
    let optional = item.fields.iter().filter(is_optional);
    let mut taken = vec!["build".to_owned()];
    for ident in optional.map(|field| &field.ident).chain(parts()) {
        taken.push(format!("maybe_{}", wire::ident_name(ident)));
    }
    let set = item.fields.iter().filter(has_setter);
    let set = set.map(|field| (&field.ident, false));
    for (ident, is_part) in set.chain(parts().map(|ident| (ident, true))) {
        let name = wire::ident_name(ident);
        if taken.contains(&name) {
            errors.push(diag::builder_clash(ident, &name, is_part));
        }
    }
}

/// A field cannot be newer than the schema of its event.
fn no_field_newer_than_its_event(event: &Event, errors: &mut Errors) {
    let Some(declared) = wire::schema_version(&event.schema) else {
        return;
    };
    for field in &event.item.fields {
        if let Some(since) = &field.since
            && since.version.is_some_and(|version| version > declared)
        {
            let (name, version) = (wire::ident_name(&field.ident), since.literal.value());
            errors.push(diag::newer_field(
                &since.literal,
                &name,
                &version,
                &event.schema,
            ));
        }
    }
}

/// A field of an event of this version is sent or retired: the declaration describes no other version.
fn no_field_retired_later_than_its_event(event: &Event, errors: &mut Errors) {
    let Some(declared) = wire::schema_version(&event.schema) else {
        return;
    };
    for field in &event.item.fields {
        if let Some(retired) = &field.retired
            && retired.version.is_some_and(|version| version > declared)
        {
            let (name, version) = (wire::ident_name(&field.ident), retired.literal.value());
            errors.push(diag::retired_later(
                &retired.literal,
                &name,
                &version,
                &event.schema,
            ));
        }
    }
}

fn retired_after_their_introduction(item: &Struct, errors: &mut Errors) {
    for field in &item.fields {
        let (Some(retired), Some(since)) = (&field.retired, &field.since) else {
            continue;
        };
        if let (Some(end), Some(start)) = (retired.version, since.version)
            && end <= start
        {
            errors.push(diag::retired_too_early(
                &retired.literal,
                &wire::ident_name(&field.ident),
                &retired.literal.value(),
                &since.literal.value(),
            ));
        }
    }
}

pub(crate) fn enumeration(item: &Enum, errors: &mut Errors) {
    unique_wire_values(item, errors);
    one_fallback(item, errors);
    versioned_values_have_a_fallback(item, errors);
}

fn unique_wire_values(item: &Enum, errors: &mut Errors) {
    let mut seen: HashMap<&str, &Ident> = HashMap::new();
    for variant in &item.variants {
        if variant.wire.is_empty() {
            continue;
        }
        if let Some(first) = seen.get(variant.wire.as_str()) {
            let first = wire::ident_name(first);
            errors.push(diag::duplicate_wire_value(
                &variant.ident,
                &variant.wire,
                &first,
            ));
        } else {
            seen.insert(&variant.wire, &variant.ident);
        }
    }
}

fn one_fallback(item: &Enum, errors: &mut Errors) {
    let mut fallbacks = item
        .variants
        .iter()
        .filter_map(|variant| Some((variant, variant.fallback.as_ref()?)));
    let Some((first, _)) = fallbacks.next() else {
        return;
    };
    for (_, key) in fallbacks {
        errors.push(diag::second_fallback(key, &wire::ident_name(&first.ident)));
    }
}

/// An event replaces a value that it must not write by the fallback, so every event must be able to
/// write the fallback.
fn versioned_values_have_a_fallback(item: &Enum, errors: &mut Errors) {
    for variant in &item.variants {
        let since = variant.since.as_ref().map(|since| (&since.key, "since"));
        let retired = variant.retired.as_ref().map(|key| (key, "retired"));
        for (key, name) in since.into_iter().chain(retired) {
            if variant.fallback.is_some() {
                errors.push(diag::versioned_fallback(key, name));
            } else if item.fallback().is_none() {
                errors.push(diag::missing_fallback(key, name));
            }
        }
    }
}
