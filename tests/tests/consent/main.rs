//! Stored consent: the file, the prompt, the client that depends on them, and many processes that
//! share one file.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod arbitrary_files;
mod client;
mod file;
#[cfg(unix)]
mod file_unix;
#[cfg(unix)]
mod files_of_others;
#[cfg(unix)]
mod processes;
mod prompt;
#[cfg(target_os = "linux")]
mod terminal;
