// A derived `Default` would set unknown fields to 0 instead of their sentinels.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent, Default)]
#[event(name = "run", schema = "1.0")]
struct Run<'run> {
    #[event(required, free_text = "a name built into the program")]
    command: &'run str,
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "stop", schema = "1.0")]
struct Stop {
    #[event(required)]
    exit_code: i64,
}

impl Default for Stop {
    fn default() -> Self {
        Self { exit_code: 0 }
    }
}

fn main() {
    let _ = Run { command: "x", ..Run::default() };
}
