//! What users are shown and what stays on their machine: the disclosure, its digest and the audit
//! log.

// `cfg(test)` for the whole crate: `clippy.toml` then covers helper functions, too.
#![cfg(test)]

mod audit_client;
mod audit_log;
mod disclosure;
mod disclosure_digest;
