//! Programs observed from outside, as real processes with real sockets: at their end, without
//! memory or descriptors, and with a transport that ignores its deadline.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod child_env;
#[cfg(unix)]
mod daemons;
#[cfg(unix)]
mod exit_processes;
#[cfg(unix)]
mod faults;
#[cfg(target_os = "linux")]
mod gate;
mod sender;
mod shutdown_then_drop;
#[cfg(target_os = "linux")]
mod standard_error;
