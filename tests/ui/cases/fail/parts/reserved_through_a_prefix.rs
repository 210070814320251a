// A prefix must not create a wire name of the envelope.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Version {
    ver: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten, prefix = "client")]
    version: Version,
}

fn main() {}
