// The texts of `never` need parentheses.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", never = "paths")]
struct Run {
    exit_code: i64,
}

fn main() {}
