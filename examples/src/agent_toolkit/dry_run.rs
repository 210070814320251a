//! `NAT_TELEMETRY_DRY_RUN`.

use telemetry_runtime::privacy::is_truthy;

/// Whether the value of `NAT_TELEMETRY_DRY_RUN` is truthy: envelopes are printed and not sent.
#[must_use]
pub fn is_dry_run(value: Option<&str>) -> bool {
    is_truthy(value)
}
