// A reason must not be empty.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(free_text = "")]
    exit_code: String,
}

fn main() {}
