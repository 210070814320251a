//! What the Agent Toolkit makes of the variables that a person set.

use telemetry_runtime::privacy::is_truthy;

/// True when `NAT_TELEMETRY_DRY_RUN` asks to build events and to send none.
#[must_use]
pub fn is_dry_run(value: Option<&str>) -> bool {
    is_truthy(value)
}
