// A misspelled key of a group has a suggestion.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", gdpr(categroy = "technical"))]
struct Run {
    exit_code: i64,
}

fn main() {}
