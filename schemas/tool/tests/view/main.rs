//! The live view as a process: what it refuses, what it answers, and how it ends.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]
#![cfg(all(unix, feature = "view"))]

mod answers;
#[cfg(feature = "slow")]
mod browser;
#[cfg(feature = "slow")]
mod chromium;
mod client;
mod ends;
mod files;
mod guards;
mod limits;
mod page_of_docs;
mod products;
mod stream;
