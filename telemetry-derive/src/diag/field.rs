//! Mistakes in a field of an event.

use quote::ToTokens;

use super::at;

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
        format_args!("wire name `{name}` is reserved for the envelope"),
    )
}

pub(crate) fn duplicate_wire_name(at_: impl ToTokens, name: &str, first: &str) -> syn::Error {
    at(
        at_,
        format_args!(
            "wire name `{name}` is used twice\nhelp: field `{first}` has the same wire name"
        ),
    )
}

pub(crate) fn builder_clash(ident: impl ToTokens, name: &str, is_part: bool) -> syn::Error {
    let keep = if is_part {
        "; the wire names of a part do not depend on it"
    } else {
        " and keep the wire name with `rename`"
    };
    at(
        ident,
        format_args!(
            "the builder already has a method `{name}`\nhelp: choose another field name{keep}"
        ),
    )
}

pub(crate) fn exclusive_keys(second: impl ToTokens, key: &str, first: &str) -> syn::Error {
    let why = match (key, first) {
        ("retired", _) => {
            "a retired field contains its default: remove `required`, and add `default = ...` to a type without a sentinel"
        }
        (_, "constant") | ("constant", _) => "the value of a constant field is fixed",
        _ => "a required field has no default",
    };
    at(
        second,
        format_args!("`{key}` cannot be combined with `{first}`\nhelp: {why}"),
    )
}

pub(crate) fn null_default(value: impl ToTokens) -> syn::Error {
    at(
        value,
        "the wire format has no null\nhelp: remove the key to use the sentinel of the type",
    )
}

pub(crate) fn zero_length(value: impl ToTokens) -> syn::Error {
    at(value, "`max_len = 0` would remove all text")
}

pub(crate) fn long_sentinel(value: impl ToTokens) -> syn::Error {
    at(
        value,
        "the sentinel `undefined` is longer than `max_len`\nhelp: use at least 9, add a `default` that fits, or mark the field `required`",
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
        "range has no bound\nhelp: write `range(min = 0, max = 100)`, or one of the two bounds",
    )
}

pub(crate) fn inexact_bound(value: impl ToTokens) -> syn::Error {
    at(
        value,
        "bound is not exact: a whole bound is at most 2^53 - 1",
    )
}

pub(crate) fn sentinel_out_of_range(key: impl ToTokens) -> syn::Error {
    at(
        key,
        "the sentinel -1 is outside the range\nhelp: use `min = -1`, add a `default` in the range, or mark the field `required`",
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

pub(crate) fn newer_field(
    value: impl ToTokens,
    field: &str,
    since: &str,
    schema: &str,
) -> syn::Error {
    at(
        value,
        format_args!(
            "field `{field}` exists since {since} but the event declares schema `{schema}`\nhelp: remove the field, or declare `schema = \"{since}\"`"
        ),
    )
}

pub(crate) fn retired_later(
    value: impl ToTokens,
    field: &str,
    retired: &str,
    schema: &str,
) -> syn::Error {
    at(
        value,
        format_args!(
            "field `{field}` is retired in {retired} but the event declares schema `{schema}`\nhelp: declare `schema = \"{retired}\"`, or add `retired` when the event has that version"
        ),
    )
}

pub(crate) fn retired_too_early(
    value: impl ToTokens,
    field: &str,
    retired: &str,
    since: &str,
) -> syn::Error {
    at(
        value,
        format_args!(
            "field `{field}` is retired in {retired} but exists since {since}\nhelp: a field can be retired in a later version than that of `since`"
        ),
    )
}
