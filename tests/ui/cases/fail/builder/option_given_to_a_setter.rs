// An `Option` belongs in the `maybe_` setter, which the error names.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    command: i64,
    exit_code: i64,
    #[event(free_text = "a name built into the program")]
    plugin: String,
}

fn main() {
    let _ = Run::builder().command(1).plugin(Some("x")).build();
}
