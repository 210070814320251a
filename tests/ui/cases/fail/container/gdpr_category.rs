// A category must be one of three.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", gdpr(category = "functionl"))]
struct Run {
    exit_code: i64,
}

fn main() {}
