// `since` of a field must be a schema version: two numbers.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.7")]
struct Run {
    #[event(since = "v1.2")]
    input_tokens: i64,
}

fn main() {}
