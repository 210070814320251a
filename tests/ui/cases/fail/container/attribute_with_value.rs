// The attribute needs parentheses.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event = "run"]
struct Run {
    exit_code: i64,
}

fn main() {}
