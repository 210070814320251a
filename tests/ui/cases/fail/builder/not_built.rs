// A builder is not an event.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0")]
struct Run {
    exit_code: i32,
}

fn record(_: &impl TelemetryEvent) {}

fn main() {
    record(&Run::builder().exit_code(0));
}
