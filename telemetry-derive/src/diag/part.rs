//! Mistakes in a part of an event, and in a field with `flatten`.

use quote::ToTokens;

use super::at;

pub(crate) fn event_key_on_a_part(key: impl ToTokens, name: &str) -> syn::Error {
    at(
        key,
        format_args!(
            "key `{name}` belongs on an event, not on a part\nhelp: write it on the events that contain the part"
        ),
    )
}

pub(crate) fn empty_part(ident: impl ToTokens) -> syn::Error {
    at(
        ident,
        "a part needs at least one field\nhelp: remove it, and the fields with `flatten` of its type",
    )
}

pub(crate) fn key_on_a_part(key: impl ToTokens, name: &str) -> syn::Error {
    at(
        key,
        format_args!(
            "`{name}` cannot be combined with `flatten`\nhelp: write it on the fields of the part"
        ),
    )
}

pub(crate) fn prefix_without_flatten(key: impl ToTokens) -> syn::Error {
    at(
        key,
        "`prefix` needs `flatten`\nhelp: to change the wire name of one field use `rename`",
    )
}

pub(crate) fn bad_prefix(value: impl ToTokens, prefix: &str) -> syn::Error {
    at(
        value,
        format_args!(
            "prefix `{prefix}` is not camelCase\nhelp: `prefix = \"model\"` and the field `name` become the wire name `modelName`"
        ),
    )
}

pub(crate) fn long_prefix(value: impl ToTokens, length: usize) -> syn::Error {
    at(
        value,
        format_args!(
            "prefix has {length} characters; a wire name with a prefix has at most 64 characters"
        ),
    )
}
