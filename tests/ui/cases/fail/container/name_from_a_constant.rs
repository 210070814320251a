// A name must be a literal: the macro cannot evaluate a constant.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = NAME, schema = "1.0")]
struct Run {
    exit_code: i64,
}

const NAME: &str = "run";

fn main() {}
