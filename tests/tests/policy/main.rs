//! Rules for the workspace itself: its sources, and what the runtime costs its host.

// `cfg(test)` for the whole crate: `clippy.toml` then covers helper functions, too.
#![cfg(test)]

mod footprint;
#[cfg(feature = "slow")]
mod public_api;
mod rules;
