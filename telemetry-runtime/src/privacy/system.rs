//! What may be told about the machine: constants of the build, the same for everyone who runs it.
//!
//! Never the kernel's release, the distribution or the host's name: together they tell one machine
//! from another.

use std::env::consts;

use crate::{event::values::Label, util::platform::cpu_architecture};

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
