// Eight mistakes in one attribute cause eight errors, in source order.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(
    name = 5,
    schema "1.0",
    gdpr(category = "technicl", purpos = "to count"),
    never("paths"),
    colour,
    crate = "telemetry_runtime"
    name = "run"
)]
struct Run {
    exit_code: i64,
}

fn main() {}
