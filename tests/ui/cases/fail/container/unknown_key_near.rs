// A misspelled key has a suggestion.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(nme = "run", schema = "1.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
