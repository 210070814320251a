//! Derive macros of `telemetry-runtime`, which re-exports them: depend on that crate.
//!
//! A declaration passes through these stages, from tokens to the expansion. A module imports from
//! lower levels only; a test enforces it.
//!
//! | level | module | task |
//! | --- | --- | --- |
//! | 8 | `entry` | run the stages; return the expansion, or all errors and a stub |
//! | 7 | `stub` | implement the traits for an invalid declaration |
//! | 6 | `expand` | generate code from the model |
//! | 5 | `check`, `registry` | compare the fields of a declaration with each other and with a registry document |
//! | 4 | `parse` | build the model; check each key alone |
//! | 3 | `model` | the typed declaration |
//! | 2 | `attr`, `docs`, `crate_path` | read `#[event(...)]`, doc comments and `crate = path` |
//! | 1 | `diag` | collect errors; the text of every message |
//! | 0 | `suggest`, `wire` | near misses; the rules for names on the wire |

mod attr;
mod check;
mod crate_path;
mod diag;
mod docs;
mod entry;
mod expand;
mod model;
mod parse;
mod registry;
mod stub;
mod suggest;
#[cfg(test)]
mod tests;
mod wire;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/event.md")]
#[doc = include_str!("../docs/lists.md")]
#[doc = include_str!("../docs/registry.md")]
#[doc = include_str!("../docs/errors.md")]
#[proc_macro_derive(TelemetryEvent, attributes(event))]
pub fn telemetry_event(input: TokenStream) -> TokenStream {
    entry::event(input.into()).into()
}

#[doc = include_str!("../docs/fields.md")]
#[doc = include_str!("../docs/errors.md")]
#[proc_macro_derive(TelemetryFields, attributes(event))]
pub fn telemetry_fields(input: TokenStream) -> TokenStream {
    entry::fields(input.into()).into()
}

#[doc = include_str!("../docs/enum.md")]
#[doc = include_str!("../docs/errors.md")]
#[proc_macro_derive(TelemetryEnum, attributes(event))]
pub fn telemetry_enum(input: TokenStream) -> TokenStream {
    entry::enumeration(input.into()).into()
}
