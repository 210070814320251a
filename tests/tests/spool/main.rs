//! Clients with a spool in real processes, which end in every way. A later process sends the events that
//! were reported as durable, and a recording collector is the ledger.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]
#![cfg(target_os = "linux")]

mod conservation;
mod damage;
mod disk;
mod ends;
mod exits;
mod forks;
mod host;
mod kills;
mod ledger;
mod many;
mod refusal;
