// A wire name must be unique in an event, even if `rename` produces it.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    foo_bar: i64,
    #[event(rename = "fooBar")]
    other: i64,
}

fn main() {}
