//! Parses a field of an event or of a part.

use proc_macro2::{Ident, TokenStream};
use syn::LitStr;

use super::{list, version};
use crate::{
    attr::{Entries, parse_number},
    diag::{self, Errors},
    docs::Docs,
    model::{Field, Presence, Range, Since, UNITS, Unit},
    suggest, wire,
};

/// The sentinel of signed integers and floats.
const NUMBER_SENTINEL: f64 = -1.0;
/// The sentinel of text.
const TEXT_SENTINEL: &str = "undefined";

/// A field without `flatten`.
pub(super) fn field(
    field: &syn::Field,
    ident: Ident,
    entries: &Entries,
    errors: &mut Errors,
) -> Field {
    reject_exclusive_keys(entries, errors);
    let wire = wire_name(&ident, entries.text("rename"), errors);
    let range = range(entries, errors);
    require_text(entries, "free_text", "reason", errors);
    require_text(entries, "why", "question", errors);
    let retired = version::retired(entries, errors);
    Field {
        ty: field.ty.clone(),
        docs: Docs::of(&field.attrs, errors),
        deprecated: deprecated(field).or_else(|| retired.as_ref().map(deprecated_since)),
        rename: entries.text("rename").cloned(),
        presence: presence(entries),
        free_text: entries.text("free_text").cloned(),
        max_len: max_len(entries, errors),
        max_items: list::max_items(entries, errors),
        unit: unit(entries.text("unit"), &wire, errors),
        since: version::since(entries, errors),
        retired,
        why: entries.text("why").cloned(),
        range,
        wire,
        ident,
    }
}

pub(super) fn deprecated(field: &syn::Field) -> Option<syn::Attribute> {
    let mut attributes = field.attrs.iter();
    attributes
        .find(|attribute| attribute.path().is_ident("deprecated"))
        .cloned()
}

/// The attribute of the setters of a retired field.
fn deprecated_since(retired: &Since) -> syn::Attribute {
    let note = format!(
        "the field is retired since schema version {}: its value is not sent",
        retired.literal.value()
    );
    syn::parse_quote!(#[deprecated(note = #note)])
}

fn wire_name(ident: &Ident, rename: Option<&LitStr>, errors: &mut Errors) -> String {
    let name = wire::ident_name(ident);
    let Some(rename) = rename else {
        let wire = wire::camel_case(&name);
        match &wire {
            None => errors.push(diag::no_wire_name(ident, &name)),
            Some(wire) if wire::is_reserved(wire) => {
                errors.push(diag::reserved_wire_name(ident, wire));
            }
            Some(_) => {}
        }
        return wire.unwrap_or_default();
    };
    let wire = rename.value();
    if wire.is_empty() {
        errors.push(diag::empty_text(rename, "wire name"));
    } else if !wire::is_camel_case(&wire) {
        errors.push(diag::bad_wire_name(rename, &wire));
    } else if wire::is_reserved(&wire) {
        errors.push(diag::reserved_wire_name(rename, &wire));
    }
    wire
}

fn presence(entries: &Entries) -> Presence {
    if let Some(constant) = entries.expr("constant") {
        Presence::Constant(constant.clone())
    } else if let Some(default) = entries.expr("default") {
        Presence::Default(default.clone())
    } else if entries.entry("required").is_some() {
        Presence::Required
    } else {
        Presence::Sentinel
    }
}

/// Reports keys that exclude each other, at the second one, and keys that need another one.
fn reject_exclusive_keys(entries: &Entries, errors: &mut Errors) {
    if let Some(key) = entries.key("prefix") {
        errors.push(diag::prefix_without_flatten(key));
    }
    let written = entries.keys();
    let presences: Vec<_> = written
        .iter()
        .filter(|key| {
            ["required", "default", "constant"]
                .iter()
                .any(|name| *key == name)
        })
        .collect();
    if let [first, second, ..] = presences.as_slice() {
        let (name, first) = (second.to_string(), first.to_string());
        errors.push(diag::exclusive_keys(second, &name, &first));
    }
    if let (Some(key), Some(_)) = (entries.key("retired"), entries.entry("required")) {
        errors.push(diag::exclusive_keys(key, "retired", "required"));
    }
    if entries.entry("constant").is_some() {
        for name in ["free_text", "max_len", "max_items", "range"] {
            if let Some(key) = entries.key(name) {
                errors.push(diag::constant_with(key, name));
            }
        }
    }
}

/// Reports a key whose text is empty.
fn require_text(entries: &Entries, key: &str, what: &str, errors: &mut Errors) {
    if let Some(text) = entries.text(key)
        && text.value().trim().is_empty()
    {
        errors.push(diag::empty_text(text, &format!("{what} of `{key}`")));
    }
}

fn max_len(entries: &Entries, errors: &mut Errors) -> Option<(Ident, usize)> {
    let (count, literal) = entries.count("max_len")?;
    let fits = |text: &str| text.chars().count() <= count;
    match presence(entries) {
        _ if count == 0 => errors.push(diag::zero_length(literal)),
        Presence::Sentinel if !fits(TEXT_SENTINEL) => errors.push(diag::long_sentinel(literal)),
        Presence::Default(default) if !literal_fits(&default, fits) => {
            errors.push(diag::long_default(&default));
        }
        _ => {}
    }
    Some((entries.key("max_len")?.clone(), count))
}

/// True for text that fits. Also true for an expression, because the macro cannot evaluate it.
fn literal_fits(default: &TokenStream, fits: impl Fn(&str) -> bool) -> bool {
    syn::parse2::<LitStr>(default.clone()).map_or(true, |text| fits(&text.value()))
}

fn range(entries: &Entries, errors: &mut Errors) -> Option<Range> {
    let bounds = entries.group("range")?;
    let key = entries.key("range")?.clone();
    let (min, max) = (bounds.number("min"), bounds.number("max"));
    if min.is_none() && max.is_none() && bounds.is_empty() {
        errors.push(diag::unbounded_range(&key));
    }
    let range = Range {
        min: min.unwrap_or(f64::NEG_INFINITY),
        max: max.unwrap_or(f64::INFINITY),
        key,
    };
    if range.min > range.max {
        errors.push(diag::empty_range(&range.key));
    } else {
        check_inside(&range, entries, errors);
    }
    Some(range)
}

/// The sentinel or `default` must be in the range.
fn check_inside(range: &Range, entries: &Entries, errors: &mut Errors) {
    let contains = |value: f64| (range.min..=range.max).contains(&value);
    match presence(entries) {
        Presence::Required | Presence::Constant(_) => {}
        Presence::Sentinel if contains(NUMBER_SENTINEL) => {}
        Presence::Sentinel => errors.push(diag::sentinel_out_of_range(&range.key)),
        Presence::Default(default) => check_default(&default, contains, errors),
    }
}

fn check_default(default: &TokenStream, contains: impl Fn(f64) -> bool, errors: &mut Errors) {
    if parse_number(default).is_some_and(|value| !contains(value)) {
        errors.push(diag::default_out_of_range(default));
    }
}

fn unit(literal: Option<&LitStr>, wire: &str, errors: &mut Errors) -> Option<Unit> {
    let literal = literal?;
    let name = literal.value();
    let Some(unit) = UNITS.iter().find(|unit| unit.name == name) else {
        let names: Vec<_> = UNITS.iter().map(|unit| unit.name).collect();
        let help = suggest::hint(&name, "units", &names);
        errors.push(diag::unknown_word(literal, "unit", &name, &help));
        return None;
    };
    if unit_of_name(wire).is_some_and(|implied| implied != unit.name) {
        errors.push(diag::unit_disagrees(literal, &name, wire));
    }
    Some(*unit)
}

/// Units that appear in names but are not supported. A name that ends in one contradicts every `unit`.
const OTHER_UNITS: &[&str] = &[
    "min", "mins", "minutes", "hours", "days", "kb", "mb", "gb", "kib", "mib", "gib",
];

/// The unit that the last word of a wire name implies.
fn unit_of_name(wire: &str) -> Option<&'static str> {
    let last = wire::words(wire).pop()?.to_lowercase();
    let known = UNITS
        .iter()
        .find(|unit| unit.suffixes.contains(&last.as_str()))
        .map(|unit| unit.name);
    known.or_else(|| OTHER_UNITS.iter().copied().find(|other| *other == last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_wire_name_implies_its_unit() {
        for (wire, unit) in [
            ("durationMs", Some("ms")),
            ("jobDurationSec", Some("s")),
            ("inputBytes", Some("bytes")),
            ("bytes", Some("bytes")),
            ("numTokensGenerated", None),
            ("items", None),
            ("taskStatus", None),
            ("delayMinutes", Some("minutes")),
        ] {
            assert_eq!(unit_of_name(wire), unit, "{wire}");
        }
    }
}
