// Eight mistakes cause eight errors, in source order.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(nme = "run", schema = "v1", colour = "red")]
struct Run {
    #[event(required, default = 1)]
    command: i64,
    #[event(rename = "exit_code" required)]
    exit_code: i64,
    client_id: i64,
    #[event(unit = "s")]
    duration_ms: i64,
}

fn main() {}
