// A wire name must be unique in an event.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    foo_bar: i64,
    #[allow(non_snake_case)]
    fooBar: i64,
}

fn main() {}
