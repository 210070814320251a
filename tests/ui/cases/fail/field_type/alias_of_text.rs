// An alias does not fool the derive.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    command: Name,
}

type Name = String;

fn main() {}
