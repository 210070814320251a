// The error for an invalid field type lists valid ones.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    settings: Settings,
}

struct Settings;

fn main() {}
