// An invalid field causes no second error where the event is used.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    bytes: u64,
    #[event(required)]
    text: String,
}

fn emit<E: TelemetryEvent>(_: &E) {}

fn main() {
    let run = Run::builder().bytes(1).text("x").build();
    emit(&run);
}
