//! The operating system and architecture: constants of the build, equal for all its users.
//!
//! **Invariants.** Never the kernel release, the distribution or the host name: together they identify
//! a machine.

use crate::{event::values::Label, util::platform};

/// The operating system: `Linux`, `Darwin` or `Windows`, otherwise Rust's name for it.
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

/// The operating system and architecture, such as `Linux-x86_64`.
///
/// ```
/// let platform = telemetry_runtime::privacy::platform();
/// assert_eq!(platform.split('-').count(), 2);
/// ```
#[must_use]
pub fn platform() -> String {
    format!("{}-{}", os_name(), platform::cpu_architecture())
}
