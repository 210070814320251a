// A maximum length must be at least one.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_len = 0, free_text = "x")]
    exit_code: String,
}

fn main() {}
