//! Compares a declaration with its event in the document.
//!
//! **Invariants**: it must never access a file or the environment.

use std::collections::{HashMap, HashSet};

use quote::ToTokens;
use syn::{Ident, LitStr};

use super::{
    Published,
    document::{Bounds, Document, Enum, Event as RegistryEvent, Field as DocumentField, Type},
    refresh::Refresh,
};
use crate::{
    attr::parse_number,
    diag::{self, Errors},
    model::{Event, Field, Presence},
    suggest, wire,
};

/// The sentinel of signed integers and floats.
const NUMBER_SENTINEL: f64 = -1.0;

/// Requires doc comments: they are the descriptions in the document.
pub(super) fn require_docs(event: &Event, errors: &mut Errors) {
    if event.item.docs.text.is_empty() {
        errors.push(diag::undocumented(&event.item.ident, "event", &event.name));
    }
    for field in &event.item.fields {
        if field.docs.text.is_empty() {
            let name = wire::ident_name(&field.ident);
            errors.push(diag::undocumented(&field.ident, "field", &name));
        }
    }
}

/// Reports every difference that the macro can detect. Returns the fields of the document in the order of
/// the struct, which the compiler compares; `None` if a field is not in the document.
pub(super) fn compare(
    event: &Event,
    document: &Document,
    refresh: &Refresh,
    errors: &mut Errors,
) -> Option<Vec<DocumentField>> {
    not_newer(event, document, refresh, errors);
    require_why(event, document, errors);
    let published = find(event, document, refresh, errors)?;
    same_fields(event, published, refresh, errors);
    let known: HashMap<_, _> = published
        .fields
        .iter()
        .map(|field| (field.wire.as_str(), field))
        .collect();
    let pairs = event
        .item
        .fields
        .iter()
        .map(|field| Some((field, *known.get(field.wire.as_str())?)));
    for (field, published) in pairs.clone().flatten() {
        check_value(field, &published.ty, refresh, errors);
    }
    pairs.map(|pair| Some(pair?.1.clone())).collect()
}

/// All fields of the event in the document.
pub(super) fn published(event: &Event, document: &Document) -> Vec<Published> {
    let fields = document
        .event(&event.name)
        .map(|event| event.fields.as_slice());
    let fields = fields.unwrap_or_default().iter();
    fields
        .map(|field| Published {
            field: field.clone(),
            line: declaration(field),
        })
        .collect()
}

fn not_newer(event: &Event, document: &Document, refresh: &Refresh, errors: &mut Errors) {
    let newer = wire::schema_version(&event.schema)
        .zip(wire::schema_version(&document.version))
        .is_some_and(|(event, document)| event > document);
    if newer {
        let literal = event.registry.as_ref().and_then(|it| it.schema.as_ref());
        errors.push(diag::newer_than_document(
            or_ident(literal, &event.item.ident),
            &event.schema,
            &document.version,
            refresh,
        ));
    }
}

/// Requires `why` of each field that is as new as the document specifies.
fn require_why(event: &Event, document: &Document, errors: &mut Errors) {
    let Some(required) = &document.require_why_since else {
        return;
    };
    let first = wire::schema_version(required);
    for field in event.item.fields.iter().filter(|field| field.why.is_none()) {
        if let Some(since) = &field.since
            && since.version.is_some()
            && since.version >= first
        {
            let name = wire::ident_name(&field.ident);
            let since = since.literal.value();
            errors.push(diag::missing_why(&field.ident, &name, &since, required));
        }
    }
}

fn find<'d>(
    event: &Event,
    document: &'d Document,
    refresh: &Refresh,
    errors: &mut Errors,
) -> Option<&'d RegistryEvent> {
    let published = document.event(&event.name);
    // Malformed names were reported earlier.
    if published.is_none() && wire::is_snake_case(&event.name) {
        let known: Vec<_> = document.events.iter().map(|it| it.name.as_str()).collect();
        let literal = event.registry.as_ref().and_then(|it| it.name.as_ref());
        errors.push(diag::unknown_event(
            or_ident(literal, &event.item.ident),
            (&event.name, &wire::ident_name(&event.item.ident)),
            &known,
            refresh,
        ));
    }
    published
}

fn or_ident(literal: Option<&LitStr>, ident: &Ident) -> proc_macro2::TokenStream {
    match literal {
        Some(literal) => literal.to_token_stream(),
        None => ident.to_token_stream(),
    }
}

/// Reports one error per field that the document lacks, and one for all fields that the struct lacks.
///
/// A misspelled field is one mistake: the correct one is not reported as missing as well.
fn same_fields(event: &Event, published: &RegistryEvent, refresh: &Refresh, errors: &mut Errors) {
    let declared: HashSet<_> = event
        .item
        .fields
        .iter()
        .map(|it| it.wire.as_str())
        .collect();
    let in_document: HashSet<_> = published.fields.iter().map(|it| it.wire.as_str()).collect();
    let mut missing: Vec<_> = published.fields.iter().collect();
    missing.retain(|field| !declared.contains(field.wire.as_str()));
    // A field without a wire name was reported earlier.
    let is_extra =
        |field: &&Field| !field.wire.is_empty() && !in_document.contains(field.wire.as_str());
    for field in event.item.fields.iter().filter(is_extra) {
        let meant = suggest::nearest(&field.wire, missing.iter().map(|it| it.wire.as_str()));
        errors.push(diag::extra_field(&field.ident, &field.wire, meant, refresh));
        if let Some(meant) = meant {
            missing.retain(|field| field.wire != meant);
        }
    }
    // The fields of parts are known to the compiler only, which then reports the missing ones.
    if !missing.is_empty() && event.item.parts.is_empty() {
        let wires: Vec<&str> = missing.iter().map(|field| field.wire.as_str()).collect();
        let lines: Vec<_> = missing.iter().map(|field| declaration(field)).collect();
        errors.push(diag::missing_fields(
            &event.item.ident,
            &wires,
            &lines,
            refresh,
        ));
    }
}

/// The line that declares a field of the document.
fn declaration(
    DocumentField {
        wire,
        ty,
        max_items,
    }: &DocumentField,
) -> String {
    let words: Vec<_> = wire::words(wire)
        .iter()
        .map(|word| word.to_lowercase())
        .collect();
    let name = words.join("_");
    let mut keys = Vec::new();
    if wire::camel_case(&name).as_deref() != Some(wire.as_str()) {
        keys.push(format!("rename = \"{wire}\""));
    }
    if matches!(ty, Type::Text | Type::TextList) {
        keys.push("free_text = \"...\"".to_owned());
    }
    if counted(ty).is_none() {
        match (ty, max_items) {
            (_, Some(most)) => keys.push(format!("max_items = {most}")),
            (Type::ObjectList(_), None) => keys.push("max_items = ...".to_owned()),
            _ => {}
        }
    }
    let attribute = match keys.is_empty() {
        true => String::new(),
        false => format!("#[event({})] ", keys.join(", ")),
    };
    // A keyword needs its `r#`.
    let raw = if syn::parse_str::<Ident>(&name).is_ok() {
        ""
    } else {
        "r#"
    };
    format!("{attribute}pub {raw}{name}: {},", rust_type(wire, ty))
}

fn rust_type(wire: &str, ty: &Type) -> String {
    match ty {
        Type::Boolean => "bool".to_owned(),
        Type::Integer(_) => "i64".to_owned(),
        Type::Number(_) => "f64".to_owned(),
        Type::Text => "String".to_owned(),
        Type::TextList => "Vec<String>".to_owned(),
        Type::Enum(of) => enum_type(wire, of),
        Type::EnumList(of) => format!("Vec<{}>", enum_type(wire, of)),
        Type::ObjectList(_) => match counted(ty) {
            Some(of) => format!("CountBy<{}>", enum_type(wire, of)),
            None => format!("Vec<{}>", type_name(wire)),
        },
    }
}

/// The enum of a list of `{"value": ..., "count": ...}`.
fn counted(ty: &Type) -> Option<&Enum> {
    let Type::ObjectList(fields) = ty else {
        return None;
    };
    match fields.as_slice() {
        [value, count] if (&*value.wire, &*count.wire) == ("value", "count") => match &value.ty {
            Type::Enum(of) => Some(of),
            _ => None,
        },
        _ => None,
    }
}

/// The probable name of the enum in Rust.
fn enum_type(wire: &str, of: &Enum) -> String {
    match of.name.as_str() {
        "" => type_name(wire),
        name => name.strip_suffix("Enum").unwrap_or(name).to_owned(),
    }
}

/// The wire name as the name of a type.
fn type_name(wire: &str) -> String {
    let words = wire::words(wire);
    words.iter().map(|word| wire::capitalized(word)).collect()
}

/// A sentinel, default or constant must be a value that the document allows.
fn check_value(field: &Field, ty: &Type, refresh: &Refresh, errors: &mut Errors) {
    let written = match &field.presence {
        Presence::Default(value) | Presence::Constant(value) => Some(value),
        Presence::Required | Presence::Sentinel => None,
    };
    match (ty, written) {
        (Type::Integer(bounds) | Type::Number(bounds), Some(value)) => {
            if let Some(number) = parse_number(value).filter(|it| !bounds.contains(*it)) {
                let bounds = (bounds.min, bounds.max);
                errors.push(diag::value_out_of_bounds(
                    value, "value", number, bounds, refresh,
                ));
            }
        }
        (Type::Integer(bounds) | Type::Number(bounds), None) => {
            let has_sentinel = matches!(field.presence, Presence::Sentinel);
            if has_sentinel && !bounds.contains(NUMBER_SENTINEL) {
                let (ident, bounds) = (&field.ident, (bounds.min, bounds.max));
                errors.push(diag::value_out_of_bounds(
                    ident,
                    "sentinel",
                    NUMBER_SENTINEL,
                    bounds,
                    refresh,
                ));
            }
        }
        (Type::Enum(of), Some(value)) => {
            let text = syn::parse2::<LitStr>(value.clone()).map(|text| text.value());
            if let Some(text) = text.ok().filter(|text| !of.values.contains(text)) {
                errors.push(diag::value_not_in_enum(
                    value,
                    &text,
                    (&of.name, &of.values),
                    refresh,
                ));
            }
        }
        _ => {}
    }
}

impl Bounds {
    fn contains(&self, number: f64) -> bool {
        (self.min..=self.max).contains(&number)
    }
}

#[cfg(test)]
mod tests;
