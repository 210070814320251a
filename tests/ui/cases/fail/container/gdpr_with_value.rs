// A group needs parentheses.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", gdpr = "technical")]
struct Run {
    exit_code: i64,
}

fn main() {}
