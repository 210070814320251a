// A key of structs is told where it belongs.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(name = "exitCode")]
    exit_code: i64,
}

fn main() {}
