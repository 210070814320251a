//! The ready-made `telemetry` subcommand: in process, on the file system and in a real terminal.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod administrator;
mod files;
mod headers;
mod held;
mod held_later;
#[cfg(unix)]
mod held_refused;
#[cfg(all(unix, not(target_vendor = "apple")))]
mod places;
mod subcommand;
mod support;
#[cfg(target_os = "linux")]
mod terminal;
