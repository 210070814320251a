//! Starting a program from a test without its telemetry.

use std::{ffi::OsStr, process::Command};

/// A command that starts `program` with telemetry off: it sets `DO_NOT_TRACK=1`, which opts out of every
/// product. A program that a test starts is not recognised as a test.
///
/// ```no_run
/// # fn main() -> std::io::Result<()> {
/// // In an integration test: `env!("CARGO_BIN_EXE_my-tool")`.
/// let status = telemetry_runtime::testing::command("my-tool").arg("--help").status()?;
/// assert!(status.success());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env("DO_NOT_TRACK", "1");
    command
}
