//! The gateway as a process, between clients and a collector on loopback.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]
#![cfg(all(unix, feature = "gateway"))]

mod access;
mod answers;
mod collector;
mod command;
mod dead_letter;
mod ends;
mod gateway;
mod limits;
mod logs;
mod memory;
mod metrics;
#[cfg(feature = "slow")]
mod originals;
mod outages;
mod page_of_docs;
#[cfg(feature = "slow")]
#[path = "../python/mod.rs"]
mod python;
mod tls;
