// A field that exists since a later schema version than the event declares.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.7")]
struct Run {
    #[event(since = "1.10")]
    input_tokens: i64,
}

fn main() {}
