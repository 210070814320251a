// A misspelled bound has a suggestion.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(range(mim = -1))]
    exit_code: i64,
}

fn main() {}
