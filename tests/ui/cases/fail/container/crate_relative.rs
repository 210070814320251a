// The path of the runtime must be absolute.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", crate = self::rt)]
struct Run {
    exit_code: i64,
}

fn main() {}
