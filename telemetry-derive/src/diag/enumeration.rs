//! Mistakes in a wire enum.

use quote::ToTokens;

use super::at;

pub(crate) fn not_an_enum(keyword: impl ToTokens) -> syn::Error {
    at(
        keyword,
        "TelemetryEnum needs an enum of unit variants\nhelp: for a struct derive `TelemetryEvent`",
    )
}

pub(crate) fn enum_parameter(parameter: impl ToTokens) -> syn::Error {
    at(
        parameter,
        "a wire enum cannot have parameters: its set of values must be fixed",
    )
}

pub(crate) fn empty_enum(ident: impl ToTokens, name: &str) -> syn::Error {
    at(
        ident,
        format_args!("enum `{name}` has no variants; a field needs at least one value"),
    )
}

pub(crate) fn variant_data(fields: impl ToTokens, variant: &str) -> syn::Error {
    at(
        fields,
        format_args!("variant `{variant}` carries data; a wire enum is a closed set of strings"),
    )
}

pub(crate) fn bad_enum_name(value: impl ToTokens, name: &str) -> syn::Error {
    at(
        value,
        format_args!(
            "enum name `{name}` is not PascalCase\nhelp: use the key in the registry's `definitions.types`, such as `OutcomeEnum`"
        ),
    )
}

pub(crate) fn missing_rename_all(ident: impl ToTokens, variant: &str) -> syn::Error {
    at(
        ident,
        format_args!(
            "wire value of `{variant}` is ambiguous\nhelp: add `rename_all = \"snake_case\"` to the enum, or `#[event(rename = \"...\")]` here"
        ),
    )
}

pub(crate) fn duplicate_wire_value(at_: impl ToTokens, value: &str, first: &str) -> syn::Error {
    at(
        at_,
        format_args!(
            "wire value `{value}` is used twice\nhelp: variant `{first}` has the same value"
        ),
    )
}

pub(crate) fn bad_wire_value(at_: impl ToTokens, value: &str) -> syn::Error {
    at(
        at_,
        format_args!(
            "wire value `{}` contains a character that JSON must escape",
            value.escape_debug()
        ),
    )
}

pub(crate) fn second_fallback(key: impl ToTokens, first: &str) -> syn::Error {
    at(
        key,
        format_args!("an enum has one fallback\nhelp: `{first}` is already the fallback"),
    )
}

pub(crate) fn versioned_fallback(key: impl ToTokens, name: &str) -> syn::Error {
    at(
        key,
        format_args!(
            "the fallback cannot have `{name}`\nhelp: every event must be able to write the fallback; mark another variant"
        ),
    )
}

pub(crate) fn missing_fallback(key: impl ToTokens, name: &str) -> syn::Error {
    at(
        key,
        format_args!(
            "`{name}` needs a fallback in this enum\nhelp: mark the variant to write instead: `#[event(fallback)]`"
        ),
    )
}
