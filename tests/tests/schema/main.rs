//! The registry document, its tracking in real builds, and events that validate against it.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod arbitrary_events;
mod conformance;
mod lists;
mod lock;
mod parts;
mod registry;
mod registry_tracking;
mod validation;
