// Only text can have a maximum length.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_len = 5)]
    exit_code: i64,
}

fn main() {}
