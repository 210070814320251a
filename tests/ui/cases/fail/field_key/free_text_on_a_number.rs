// Only text can have a reason.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(free_text = "none")]
    exit_code: i64,
}

fn main() {}
