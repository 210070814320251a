//! The registry document, its tracking in real builds, and events that validate against it.

// `cfg(test)` for the whole crate: `clippy.toml` then covers helper functions, too.
#![cfg(test)]

mod arbitrary_events;
mod registry;
mod registry_tracking;
mod validation;
