// A misspelled key of a field has a suggestion.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(requird)]
    exit_code: i64,
}

fn main() {}
