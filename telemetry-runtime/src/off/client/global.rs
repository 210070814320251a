//! The client for code that cannot receive one as an argument: always the same one.

use std::fmt;

use super::{Client, guard::TelemetryGuard};

static CLIENT: Client = Client { nothing: () };

pub fn install(_: &TelemetryGuard) -> Result<(), AlreadyInstalled> {
    Ok(())
}

#[must_use]
pub fn client() -> &'static Client {
    &CLIENT
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlreadyInstalled {}

impl fmt::Display for AlreadyInstalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a telemetry client is already installed in this process")
    }
}

impl std::error::Error for AlreadyInstalled {}
