// An event without required fields has a `Default`.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    exit_code: i64,
    #[event(constant = true)]
    quiet: bool,
}

fn main() {
    let run = Run::default();
    assert_eq!(run.exit_code, -1);
    assert!(run.quiet);
}
