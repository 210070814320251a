// `prefix` needs `flatten`.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(prefix = "last")]
    exit_code: i64,
}

fn main() {}
