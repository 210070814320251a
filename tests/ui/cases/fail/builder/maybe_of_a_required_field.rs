// A required field has no `maybe_` setter.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    command: i64,
    exit_code: i64,
}

fn main() {
    let _ = Run::builder().maybe_command(Some(1)).exit_code(0).build();
}
