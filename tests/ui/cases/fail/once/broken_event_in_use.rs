// An invalid event causes no second error where it is used.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run")]
struct Run {
    #[event(required)]
    command: i64,
    #[event(free_text = "built in")]
    text: String,
    exit_code: i64,
}

fn emit<E: TelemetryEvent>(_: &E) {}

fn main() {
    let run = Run::builder().command(1).text("x").maybe_exit_code(None).build();
    emit(&run);
}
