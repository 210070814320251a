// A type that is no field is told what fields are.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    settings: Settings,
}

struct Settings;

fn main() {}
