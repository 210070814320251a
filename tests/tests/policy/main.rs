//! Rules for the workspace itself: its sources, and what the runtime costs its host.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod footprint;
#[cfg(feature = "slow")]
mod public_api;
mod rules;
