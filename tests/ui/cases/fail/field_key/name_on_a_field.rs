// The error for a key of structs names its valid place.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(name = "exitCode")]
    exit_code: i64,
}

fn main() {}
