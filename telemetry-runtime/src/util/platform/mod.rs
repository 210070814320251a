//! Code that differs between operating systems: names, files, folders, descriptors, forks, signals,
//! certificates, sockets, terminals.
//!
//! **Invariants.** Only this folder and `util/{env,fs,spawn}` depend on the platform. A difference is
//! a function here, so that its callers are the same everywhere.

pub(crate) mod account;
pub(crate) mod descriptors;
#[cfg(feature = "spool")]
pub(crate) mod detached;
pub(crate) mod files;
pub(crate) mod folders;
pub(crate) mod fork;
#[cfg(feature = "spool")]
pub(crate) mod fork_files;
#[cfg(feature = "http")]
pub(crate) mod fork_gate;
#[cfg(feature = "spool")]
pub(crate) mod private_folder;
#[cfg(feature = "http")]
pub(crate) mod root_certificates;
#[cfg(feature = "testing")]
pub(crate) mod sockets;
#[cfg(feature = "consent")]
pub(crate) mod terminal;

pub(crate) mod standard_error;

use std::env::consts;

/// The operating system as `uname -s` names it on Linux and macOS, otherwise `Windows` or Rust's
/// name.
pub(crate) const fn os_name() -> &'static str {
    if cfg!(target_os = "linux") {
        "Linux"
    } else if cfg!(target_os = "macos") {
        "Darwin"
    } else if cfg!(windows) {
        "Windows"
    } else {
        consts::OS
    }
}

/// The machine's architecture as `uname -m` names it.
pub(crate) fn cpu_architecture() -> &'static str {
    match consts::ARCH {
        "aarch64" if cfg!(target_os = "macos") => "arm64",
        "x86" => "i686",
        "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
        "powerpc64" => "ppc64",
        other => other,
    }
}
