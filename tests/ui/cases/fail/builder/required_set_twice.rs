// A required field can be set only once.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    command: i64,
    #[event(required)]
    outcome: bool,
    exit_code: i64,
}

fn main() {
    let _ = Run::builder().command(1).outcome(true).command(2).build();
}
