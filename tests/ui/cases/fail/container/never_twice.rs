// A text must not occur twice in `never`.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", never("paths", "paths"))]
struct Run {
    exit_code: i64,
}

fn main() {}
