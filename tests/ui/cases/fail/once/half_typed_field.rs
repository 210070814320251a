// An incomplete field is one error, from the parser.

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
