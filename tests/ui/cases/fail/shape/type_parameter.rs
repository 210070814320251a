// An event cannot have type parameters.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run<T> {
    value: T,
}

fn main() {}
