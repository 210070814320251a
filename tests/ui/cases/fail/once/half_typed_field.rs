// A field that is being typed is told by the compiler alone.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    command: i64,
    exit_code:
}

fn emit<E: TelemetryEvent>(_: &E) {}

fn main() {
    emit(&Run { command: 1 });
}
