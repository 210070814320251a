//! Errors: the context that collects them, and every message the derives can give.
//!
//! One voice: the first line says what is wrong, in lower case, without a final dot; a second line
//! `help: ...` says what to write instead. A message is a constructor here and nowhere else.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Collects errors, so that a declaration is told all its mistakes at once.
///
/// Must be asked for its result: dropping it unasked would lose errors.
#[must_use = "errors that nobody asks for are lost"]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    asked: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self {
            found: Vec::new(),
            asked: false,
        }
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// The `compile_error!` calls in source order; `None` when all is well.
    pub(crate) fn into_tokens(mut self) -> Option<TokenStream> {
        self.asked = true;
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(|error| position(error.span()));
        (!found.is_empty()).then(|| found.iter().map(syn::Error::to_compile_error).collect())
    }

    #[cfg(test)]
    pub(crate) fn into_messages(mut self) -> Vec<String> {
        self.asked = true;
        self.found.iter().map(ToString::to_string).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(
            self.asked || std::thread::panicking(),
            "errors dropped without a look at them"
        );
    }
}

/// Line and column; outside of a compiler (in unit tests) all spans are one.
fn position(span: Span) -> (usize, usize) {
    if !proc_macro::is_available() {
        return (0, 0);
    }
    let span = span.unwrap();
    (span.line(), span.column())
}

fn at(tokens: impl ToTokens, message: impl Display) -> syn::Error {
    syn::Error::new_spanned(tokens, message)
}

fn at_span(span: Span, message: impl Display) -> syn::Error {
    syn::Error::new(span, message)
}

// Attribute lists

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
        _ => "",
    };
    at(key, format_args!("key `{name}` belongs on {places}{help}"))
}

pub(crate) fn duplicate_key(key: impl ToTokens, name: &str) -> syn::Error {
    at(key, format_args!("duplicate key `{name}`"))
}

pub(crate) fn missing_comma(key: impl ToTokens) -> syn::Error {
    let name = key.to_token_stream();
    at(key, format_args!("expected `,` before `{name}`"))
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
            "expected a string literal for `{key}`, found {found}\nhelp: the macro must know the {what}"
        ),
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

// Events

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

pub(crate) fn duplicate_bullet(value: impl ToTokens) -> syn::Error {
    at(value, "`never` says this twice")
}

pub(crate) fn not_a_struct(keyword: impl ToTokens) -> syn::Error {
    at(
        keyword,
        "TelemetryEvent needs a struct with named fields\nhelp: for an enum of wire values derive `TelemetryEnum`",
    )
}

pub(crate) fn no_named_fields(fields: impl ToTokens) -> syn::Error {
    at(
        fields,
        "TelemetryEvent needs a struct with named fields\nhelp: each field's name becomes its wire name: `struct Event { field: i64 }`",
    )
}

pub(crate) fn type_parameter(parameter: impl ToTokens) -> syn::Error {
    at(
        parameter,
        "an event cannot have type parameters: its wire schema must be fixed",
    )
}

// Fields

pub(crate) fn no_wire_name(ident: impl ToTokens, name: &str) -> syn::Error {
    at(
        ident,
        format_args!("no camelCase wire name for `{name}`\nhelp: add `#[event(rename = \"...\")]`"),
    )
}

pub(crate) fn bad_wire_name(value: impl ToTokens, name: &str) -> syn::Error {
    at(value, format_args!("wire name `{name}` is not camelCase"))
}

pub(crate) fn reserved_wire_name(at_: impl ToTokens, name: &str) -> syn::Error {
    at(
        at_,
        format_args!("wire name `{name}` belongs to the envelope"),
    )
}

pub(crate) fn duplicate_wire_name(at_: impl ToTokens, name: &str, first: &str) -> syn::Error {
    at(
        at_,
        format_args!("wire name `{name}` is used twice\nhelp: also produced by field `{first}`"),
    )
}

pub(crate) fn builder_clash(ident: impl ToTokens, name: &str) -> syn::Error {
    at(
        ident,
        format_args!(
            "the builder has another method `{name}`\nhelp: name the field differently and keep its wire name with `rename`"
        ),
    )
}

pub(crate) fn exclusive_keys(second: impl ToTokens, key: &str, first: &str) -> syn::Error {
    let why = match (key, first) {
        (_, "constant") | ("constant", _) => "a constant field has no other value",
        _ => "a required field has no default",
    };
    at(
        second,
        format_args!("`{key}` cannot stand beside `{first}`\nhelp: {why}"),
    )
}

pub(crate) fn null_default(value: impl ToTokens) -> syn::Error {
    at(
        value,
        "the wire format has no null\nhelp: remove the key to use the sentinel of the type",
    )
}

pub(crate) fn zero_length(value: impl ToTokens) -> syn::Error {
    at(value, "`max_len = 0` leaves no text")
}

pub(crate) fn long_sentinel(value: impl ToTokens) -> syn::Error {
    at(
        value,
        "the sentinel `undefined` is longer than `max_len`\nhelp: use at least 9, give a `default` that fits, or mark the field `required`",
    )
}

pub(crate) fn long_default(value: impl ToTokens) -> syn::Error {
    at(value, "`default` is longer than `max_len`")
}

pub(crate) fn empty_range(key: impl ToTokens) -> syn::Error {
    at(key, "range is empty: `min` is greater than `max`")
}

pub(crate) fn unbounded_range(key: impl ToTokens) -> syn::Error {
    at(
        key,
        "range has no bound\nhelp: `range(min = 0, max = 100)`, or one of the two",
    )
}

pub(crate) fn inexact_bound(value: impl ToTokens) -> syn::Error {
    at(value, "bound is not exact: whole bounds go up to 2^53 - 1")
}

pub(crate) fn sentinel_out_of_range(key: impl ToTokens) -> syn::Error {
    at(
        key,
        "the sentinel -1 is outside the range\nhelp: use `min = -1`, give a `default` in the range, or mark the field `required`",
    )
}

pub(crate) fn default_out_of_range(value: impl ToTokens) -> syn::Error {
    at(value, "`default` is outside the range")
}

pub(crate) fn constant_with(key: impl ToTokens, name: &str) -> syn::Error {
    at(
        key,
        format_args!("`{name}` has no effect on a constant field"),
    )
}

pub(crate) fn unit_disagrees(value: impl ToTokens, unit: &str, wire: &str) -> syn::Error {
    at(
        value,
        format_args!("unit `{unit}` disagrees with the wire name `{wire}`"),
    )
}

// Enums

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
        format_args!("enum `{name}` has no variants: a field of it has no value"),
    )
}

pub(crate) fn variant_data(fields: impl ToTokens, variant: &str) -> syn::Error {
    at(
        fields,
        format_args!("variant `{variant}` carries data; wire enums are closed string sets"),
    )
}

pub(crate) fn bad_enum_name(value: impl ToTokens, name: &str) -> syn::Error {
    at(
        value,
        format_args!(
            "enum name `{name}` is not PascalCase\nhelp: it is a key of `definitions.types`, such as `OutcomeEnum`"
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
            "wire value `{value}` is used twice\nhelp: also produced by variant `{first}`"
        ),
    )
}

pub(crate) fn bad_wire_value(at_: impl ToTokens, value: &str) -> syn::Error {
    at(
        at_,
        format_args!("wire value `{}` needs a JSON escape", value.escape_debug()),
    )
}

pub(crate) fn second_fallback(key: impl ToTokens, first: &str) -> syn::Error {
    at(
        key,
        format_args!("an enum has one fallback\nhelp: `{first}` is the fallback already"),
    )
}

// The macro itself

pub(crate) fn bug(span: Span, derive: &str) -> syn::Error {
    at_span(
        span,
        format_args!("bug in telemetry-derive (`{derive}`), please report this declaration"),
    )
}
