//! What may be told about the machine: constants of the build, the same for everyone who runs it.
//!
//! Never the kernel's release, the distribution or the host's name: together they tell one machine
//! from another.

use crate::{event::values::Label, util::platform};

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
    Label(platform::os_name())
}

/// Family and architecture, such as `Linux-x86_64`.
///
/// ```
/// let platform = telemetry_runtime::privacy::platform();
/// assert_eq!(platform.split('-').count(), 2);
/// ```
#[must_use]
pub fn platform() -> String {
    format!("{}-{}", os_name(), platform::cpu_architecture())
}
