//! Statements of the Markdown pages and of the front page, each compared with the code.

// `cfg(test)` for the whole crate: `clippy.toml` then covers helper functions, too.
#![cfg(test)]

mod loopback_only;
mod order_of_signals;
mod pages;
mod upstream_differences;
mod upstream_tables;
