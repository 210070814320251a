//! Mistakes in the list of keys.

use quote::ToTokens;

use super::at;

pub(crate) fn missing_attribute(ident: impl ToTokens, skeleton: &str) -> syn::Error {
    at(ident, format_args!("missing `#[event({skeleton})]`"))
}

pub(crate) fn missing_key(attribute: impl ToTokens, key: &str, why: &str) -> syn::Error {
    at(
        attribute,
        format_args!("missing key `{key}` in `#[event(...)]`\nhelp: {why}"),
    )
}

pub(crate) fn expected_list(attribute: impl ToTokens, skeleton: &str) -> syn::Error {
    at(
        attribute,
        format_args!("expected a list of keys: `#[event({skeleton})]`"),
    )
}

pub(crate) fn expected_parentheses(equals: impl ToTokens) -> syn::Error {
    at(equals, "expected parentheses: `#[event(...)]`")
}

pub(crate) fn expected_key(found: impl ToTokens) -> syn::Error {
    let text = found.to_token_stream();
    at(found, format_args!("expected a key, found `{text}`"))
}

pub(crate) fn unknown_key(key: impl ToTokens, name: &str, help: &str) -> syn::Error {
    at(key, format_args!("unknown key `{name}`\nhelp: {help}"))
}

pub(crate) fn misplaced_key(key: impl ToTokens, name: &str, places: &str) -> syn::Error {
    let help = match name {
        "name" => "\nhelp: to change the wire name use `rename`",
        "rename_all" => "\nhelp: to change one wire name use `rename`",
        "default" => "\nhelp: mark the variant for unknown values with `fallback`",
        _ => "",
    };
    at(key, format_args!("key `{name}` belongs {places}{help}"))
}

pub(crate) fn duplicate_key(key: impl ToTokens, name: &str) -> syn::Error {
    at(key, format_args!("duplicate key `{name}`"))
}

pub(crate) fn missing_comma(key: impl ToTokens) -> syn::Error {
    let name = key.to_token_stream();
    at(key, format_args!("expected `,` before `{name}`"))
}

pub(crate) fn missing_equals(value: impl ToTokens) -> syn::Error {
    let text = value.to_token_stream();
    at(value, format_args!("expected `=` before `{text}`"))
}

pub(crate) fn missing_value(key: impl ToTokens, name: &str, example: &str) -> syn::Error {
    at(key, format_args!("key `{name}` needs a value: `{example}`"))
}

pub(crate) fn wrong_form(item: impl ToTokens, example: &str, found: &str) -> syn::Error {
    at(item, format_args!("expected `{example}`, found `{found}`"))
}

pub(crate) fn wrong_value(
    value: impl ToTokens,
    key: &str,
    expected: &str,
    found: &str,
) -> syn::Error {
    at(
        value,
        format_args!("expected {expected} for `{key}`, found {found}"),
    )
}

pub(crate) fn not_a_literal(value: impl ToTokens, key: &str, found: &str) -> syn::Error {
    let what = if key == "name" { "name" } else { "text" };
    at(
        value,
        format_args!(
            "expected a string literal for `{key}`, found {found}\nhelp: the macro cannot evaluate it; write the {what} here"
        ),
    )
}

pub(crate) fn doc_not_a_literal(attribute: impl ToTokens) -> syn::Error {
    at(
        attribute,
        "doc text must be a string literal\nhelp: the macro cannot evaluate it; write the text as doc comments: `/// ...`",
    )
}

pub(crate) fn unknown_word(value: impl ToTokens, key: &str, word: &str, help: &str) -> syn::Error {
    at(value, format_args!("unknown {key} `{word}`\nhelp: {help}"))
}

pub(crate) fn empty_text(value: impl ToTokens, what: &str) -> syn::Error {
    at(value, format_args!("{what} is empty"))
}

pub(crate) fn relative_crate(path: impl ToTokens) -> syn::Error {
    at(
        path,
        "crate path must be absolute\nhelp: use `crate::...` or `::telemetry_runtime`",
    )
}
