//! Derive macros of `telemetry-runtime`, which re-exports both: depend on that crate.

mod attr;
mod check;
mod diag;
mod docs;
mod entry;
mod expand;
mod fallback;
mod krate;
mod model;
mod read;
mod registry;
mod suggest;
#[cfg(test)]
mod tests;
mod wire;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/event.md")]
#[doc = include_str!("../docs/registry.md")]
#[doc = include_str!("../docs/errors.md")]
#[proc_macro_derive(TelemetryEvent, attributes(event))]
pub fn telemetry_event(input: TokenStream) -> TokenStream {
    entry::event(input.into()).into()
}

#[doc = include_str!("../docs/enum.md")]
#[doc = include_str!("../docs/errors.md")]
#[proc_macro_derive(TelemetryEnum, attributes(event))]
pub fn telemetry_enum(input: TokenStream) -> TokenStream {
    entry::enumeration(input.into()).into()
}
