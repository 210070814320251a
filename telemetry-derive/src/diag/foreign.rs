//! Attributes of others: serde and `cfg`.

use quote::ToTokens;

use super::at;

pub(crate) fn serde_key(key: impl ToTokens, name: &str, help: &str) -> syn::Error {
    at(
        key,
        format_args!("serde's `{name}` has no effect on telemetry\nhelp: {help}"),
    )
}

/// `cfg` on a variant of an enum or on a field of an event.
pub(crate) fn conditional(cfg: impl ToTokens, is_variant: bool) -> syn::Error {
    let (item, part, set) = if is_variant {
        ("enum", "variant", "write it only where it applies")
    } else {
        ("event", "field", "set it only where its value is known")
    };
    at(
        cfg,
        format_args!(
            "`cfg` on a {part}: the {item} would differ between builds\nhelp: declare the {part} in every build, and {set}"
        ),
    )
}
