// A token that is not a key does not hide the keys after it.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", 5, schema = "1")]
struct Run {
    exit_code: i64,
}

fn main() {}
