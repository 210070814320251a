// A text in `never` must be a literal.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", never("arguments", PATHS))]
struct Run {
    exit_code: i64,
}

fn main() {}
