// An event must have named fields, not a tuple.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run(i64);

fn main() {}
