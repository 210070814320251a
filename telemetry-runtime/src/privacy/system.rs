//! What may be told about the machine: constants of the build, the same for everyone who runs it.
//!
//! Never the kernel's release, the distribution or the host's name: together they tell one machine
//! from another.

use std::env::consts;

use super::Label;

/// Name of the operating system: `Linux`, `Darwin` or `Windows`, otherwise as Rust names it.
///
/// ```
/// let known = ["Linux", "Darwin", "Windows"];
/// # if cfg!(any(target_os = "linux", target_os = "macos", windows)) {
/// assert!(known.contains(&telemetry_runtime::privacy::os_name().as_str()));
/// # }
/// ```
#[must_use]
pub const fn os_name() -> Label {
    Label(if cfg!(target_os = "linux") {
        "Linux"
    } else if cfg!(target_os = "macos") {
        "Darwin"
    } else if cfg!(windows) {
        "Windows"
    } else {
        consts::OS
    })
}

/// Family and architecture, such as `Linux-x86_64`.
///
/// ```
/// let platform = telemetry_runtime::privacy::platform();
/// assert_eq!(platform.split('-').count(), 2);
/// ```
#[must_use]
pub fn platform() -> String {
    format!("{}-{}", os_name(), cpu_architecture())
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
