// A whole bound must be exact as an `f64`.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(range(min = -1, max = 9007199254740993))]
    exit_code: i64,
}

fn main() {}
