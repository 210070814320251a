// An alias of `String` is free text as well.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    command: Name,
}

type Name = String;

fn main() {}
