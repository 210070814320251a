//! Mistakes in a declared event.

use quote::ToTokens;

use super::at;

pub(crate) fn bad_event_name(value: impl ToTokens, name: &str, fixed: &str) -> syn::Error {
    at(
        value,
        format_args!("event name `{name}` is not snake_case\nhelp: use `{fixed}`"),
    )
}

pub(crate) fn long_name(value: impl ToTokens, what: &str, length: usize) -> syn::Error {
    at(
        value,
        format_args!("{what} has {length} characters; at most 64 are allowed"),
    )
}

pub(crate) fn bad_schema(value: impl ToTokens, version: &str, fixed: &str) -> syn::Error {
    at(
        value,
        format_args!("schema version `{version}` is not `MAJOR.MINOR`\nhelp: use `{fixed}`"),
    )
}

pub(crate) fn duplicate_never(value: impl ToTokens) -> syn::Error {
    at(value, "`never` lists this text twice")
}

pub(crate) fn bad_review(value: impl ToTokens, link: &str) -> syn::Error {
    at(
        value,
        format_args!(
            "review `{link}` is not an https link\nhelp: link to the review: `review = \"https://...\"`"
        ),
    )
}

pub(crate) fn bad_expiry(value: impl ToTokens, day: &str) -> syn::Error {
    at(
        value,
        format_args!(
            "expiry `{day}` is not a date\nhelp: use a calendar date such as `2027-01-31`, or `never`"
        ),
    )
}

pub(crate) fn bad_limit(value: impl ToTokens, text: &str, fixed: &str) -> syn::Error {
    at(
        value,
        format_args!(
            "limit `{text}` is not `COUNT/UNIT`\nhelp: use `{fixed}`; the units are `s`, `min` and `h`"
        ),
    )
}

pub(crate) fn limit_out_of_range(value: impl ToTokens, text: &str) -> syn::Error {
    at(
        value,
        format_args!(
            "limit `{text}` is out of range\nhelp: use 1 to 1000000 events, without leading zeros: `limit = \"100/min\"`"
        ),
    )
}

pub(crate) fn not_a_struct(keyword: impl ToTokens, derive: &str) -> syn::Error {
    at(
        keyword,
        format_args!(
            "{derive} needs a struct with named fields\nhelp: for an enum of wire values derive `TelemetryEnum`"
        ),
    )
}

pub(crate) fn no_named_fields(fields: impl ToTokens, derive: &str) -> syn::Error {
    let name = derive.trim_start_matches("Telemetry");
    at(
        fields,
        format_args!(
            "{derive} needs a struct with named fields\nhelp: the name of a field becomes its wire name: `struct {name} {{ field: i64 }}`"
        ),
    )
}

pub(crate) fn type_parameter(parameter: impl ToTokens, kind: &str) -> syn::Error {
    let article = if kind == "event" { "an" } else { "a" };
    at(
        parameter,
        format_args!("{article} {kind} cannot have type parameters: its wire schema must be fixed"),
    )
}
