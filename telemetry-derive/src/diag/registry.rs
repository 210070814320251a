//! Messages of the registry check. A message about a difference ends with the command that rewrites
//! the document, since the mistake may be on either side.

use std::fmt::{Display, Write};

use quote::ToTokens;

use super::at;
use crate::suggest;

/// Number of choices to list where none is a near miss; a longer list would hide the error.
const MAX_LISTED: usize = 8;

// The path and the file

pub(crate) fn absolute_registry(path: impl ToTokens) -> syn::Error {
    at(
        path,
        "registry path must be relative to Cargo.toml\nhelp: use a path such as `schemas/events.json`, or `../schemas/events.json` for a file of the workspace",
    )
}

pub(crate) fn relative_root(path: impl ToTokens) -> syn::Error {
    at(
        path,
        "the folder in `TELEMETRY_REGISTRY_ROOT` must be an absolute path",
    )
}

pub(crate) fn no_base(path: impl ToTokens) -> syn::Error {
    at(
        path,
        "cannot locate the registry: `CARGO_MANIFEST_DIR` is not set\nhelp: without cargo, set `TELEMETRY_REGISTRY_ROOT` to the folder that the path is relative to",
    )
}

pub(crate) fn registry_not_found(
    path: impl ToTokens,
    file: &str,
    refresh: impl Display,
) -> syn::Error {
    at(
        path,
        format_args!(
            "cannot read registry `{file}` in this package\nhelp: the path is relative to Cargo.toml, or to the folder in `TELEMETRY_REGISTRY_ROOT`\n{refresh}"
        ),
    )
}

pub(crate) fn registry_not_read(
    path: impl ToTokens,
    file: &str,
    reason: impl Display,
    refresh: impl Display,
) -> syn::Error {
    at(
        path,
        format_args!("cannot read registry `{file}` in this package: {reason}\n{refresh}"),
    )
}

pub(crate) fn registry_too_large(
    path: impl ToTokens,
    file: &str,
    refresh: impl Display,
) -> syn::Error {
    at(
        path,
        format_args!("registry `{file}` is larger than 4 MiB\n{refresh}"),
    )
}

pub(crate) fn registry_not_json(
    path: impl ToTokens,
    file: &str,
    problem: impl Display,
    refresh: impl Display,
) -> syn::Error {
    at(
        path,
        format_args!("registry `{file}` is not valid JSON: {problem}\n{refresh}"),
    )
}

pub(crate) fn registry_malformed(
    path: impl ToTokens,
    file: &str,
    problem: impl Display,
    refresh: impl Display,
) -> syn::Error {
    at(
        path,
        format_args!("registry `{file}`: {problem}\n{refresh}"),
    )
}

// The event

pub(crate) fn undocumented(ident: impl ToTokens, what: &str, name: &str) -> syn::Error {
    at(
        ident,
        format_args!(
            "{what} `{name}` has no doc comment\nhelp: add one; it becomes `description` in the JSON Schema and is shown to users"
        ),
    )
}

pub(crate) fn missing_why(
    ident: impl ToTokens,
    name: &str,
    since: &str,
    required: &str,
) -> syn::Error {
    at(
        ident,
        format_args!(
            "field `{name}` exists since {since} and has no `why`\n\
             help: add `why = \"...\"` with the question that the field answers; the registry requires it \
             of every field since {required}"
        ),
    )
}

pub(crate) fn unknown_event(
    value: impl ToTokens,
    (name, ty): (&str, &str),
    known: &[&str],
    refresh: impl Display,
) -> syn::Error {
    let is_near = suggest::nearest(name, known.iter().copied()).is_some();
    let hint = if is_near || (1..=MAX_LISTED).contains(&known.len()) {
        let hint = suggest::hint(name, "events in the registry", known);
        let end = if is_near { " " } else { "; " };
        format!("{hint}{end}")
    } else {
        String::new()
    };
    at(
        value,
        format_args!(
            "event `{name}` is not in the registry\n\
             help: {hint}if it is new, add `{ty}` to `events = [...]` of `telemetry_registry!` first\n{refresh}"
        ),
    )
}

pub(crate) fn newer_than_document(
    value: impl ToTokens,
    version: &str,
    document: &str,
    refresh: impl Display,
) -> syn::Error {
    at(
        value,
        format_args!(
            "schema `{version}` is newer than the registry document, which is `{document}`\n\
             help: raise `version` in `telemetry_registry!` to `{version}` first\n{refresh}"
        ),
    )
}

// Its fields

pub(crate) fn extra_field(
    ident: impl ToTokens,
    wire: &str,
    meant: Option<&str>,
    refresh: impl Display,
) -> syn::Error {
    let hint = meant.map(|meant| format!("\nhelp: did you mean `{meant}`?"));
    let hint = hint.unwrap_or_default();
    at(
        ident,
        format_args!("field `{wire}` is not in the registry event{hint}\n{refresh}"),
    )
}

/// One error for all missing fields, with the lines to add.
pub(crate) fn missing_fields(
    ident: impl ToTokens,
    wires: &[&str],
    lines: &[String],
    refresh: impl Display,
) -> syn::Error {
    let mut message = match wires.split_at_checked(MAX_LISTED) {
        Some((first, rest)) if !rest.is_empty() => {
            let (first, rest) = (suggest::list(first), rest.len());
            format!("registry requires {first} and {rest} more")
        }
        _ => format!("registry requires {}", suggest::list(wires)),
    };
    message.push_str("\nhelp: add");
    for line in lines {
        // Writing to a string cannot fail.
        let _ = write!(message, "\n          {line}");
    }
    at(ident, format_args!("{message}\n{refresh}"))
}

pub(crate) fn value_not_in_enum(
    value: impl ToTokens,
    text: &str,
    (name, values): (&str, &[String]),
    refresh: impl Display,
) -> syn::Error {
    let values = values.join(", ");
    let name = match name {
        "" => "the registry's enum".to_owned(),
        name => format!("registry enum `{name}`"),
    };
    at(
        value,
        format_args!("`{text}` is not in {name} [{values}]\n{refresh}"),
    )
}

pub(crate) fn value_out_of_bounds(
    value: impl ToTokens,
    what: &str,
    number: f64,
    (min, max): (f64, f64),
    refresh: impl Display,
) -> syn::Error {
    let bound = if number < min {
        format!("minimum is {min}")
    } else {
        format!("maximum is {max}")
    };
    at(
        value,
        format_args!(
            "the {what} {number} is not in the registry's range: its {bound}\nhelp: add a `default` in the range, or mark the field `required`\n{refresh}"
        ),
    )
}
