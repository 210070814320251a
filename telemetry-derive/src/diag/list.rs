//! Mistakes in `max_items`.

use quote::ToTokens;

use super::at;

pub(crate) fn no_items(value: impl ToTokens) -> syn::Error {
    at(value, "`max_items = 0` would remove all items")
}

pub(crate) fn many_items(value: impl ToTokens, items: usize, most: usize) -> syn::Error {
    at(
        value,
        format_args!(
            "`max_items = {items}` is too large: an event has at most {most} items in a list\nhelp: send counts, such as a `CountBy`, or several events"
        ),
    )
}

pub(crate) fn key_on_a_list(key: impl ToTokens, name: &str) -> syn::Error {
    at(
        key,
        format_args!(
            "`{name}` cannot be combined with `max_items`\nhelp: `{name}` does not apply to lists"
        ),
    )
}

pub(crate) fn long_default_list(value: impl ToTokens) -> syn::Error {
    at(value, "`default` has more items than `max_items`")
}
