// A name needs a value after its equals sign.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = , schema = "1.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
