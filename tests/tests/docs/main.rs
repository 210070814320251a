//! Statements of the Markdown pages and of the front page, each compared with the code.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod loopback_only;
mod order_of_signals;
mod pages;
mod survival;
mod upstream_differences;
mod upstream_tables;
