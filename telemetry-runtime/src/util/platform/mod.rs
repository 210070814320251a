//! Code that differs between operating systems.

use std::env::consts;

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
