// A path is not a field type.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    file: std::path::PathBuf,
}

fn main() {}
