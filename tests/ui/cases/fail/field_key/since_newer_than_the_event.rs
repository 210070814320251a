// `since` of a field must not be newer than the schema of the event.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.7")]
struct Run {
    #[event(since = "1.10")]
    input_tokens: i64,
}

fn main() {}
