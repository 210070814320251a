//! The disclosure that users see, its digest, and the audit log on their machine.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod audit_client;
mod audit_faults;
mod audit_log;
mod disclosure;
mod disclosure_digest;
mod held_events;
mod product_declarations;
mod prompt;
mod questions;
