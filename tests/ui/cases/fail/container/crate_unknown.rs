// A wrong path of the runtime is reported at the path.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", crate = ::nope)]
struct Run {
    exit_code: i64,
}

fn main() {}
