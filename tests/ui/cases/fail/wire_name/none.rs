// A field name must have a camelCase form.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    __: i64,
    été: i64,
}

fn main() {}
