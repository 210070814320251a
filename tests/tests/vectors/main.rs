//! Replays of the recorded vectors in `tests/vectors`: each test feeds recorded inputs to the public
//! API and compares the result with the recorded output of the original Python modules.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod commands;
mod consent;
mod envelopes;
mod events;
mod guardrails_report;
mod handlers;
mod heartbeat;
mod helpers;
mod moments;
#[cfg(unix)]
mod opt_out;
mod released;
mod timestamps;
