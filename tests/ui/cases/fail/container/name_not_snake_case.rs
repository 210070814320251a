// A name must be snake_case.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "Guardrails-Usage", schema = "1.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
