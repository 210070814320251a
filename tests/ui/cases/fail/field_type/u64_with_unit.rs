// An integer that does not fit names `Count`, with a unit as without.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(unit = "ms")]
    duration_ms: u64,
    #[event(unit = "bytes", required)]
    sent_bytes: usize,
    #[event(unit = "tokens", default = 0)]
    tokens: u64,
    #[event(unit = "s")]
    waited_s: Option<f64>,
}

fn main() {}
