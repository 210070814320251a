// `since` of a variant must be a schema version: two numbers.
use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "EngineEnum")]
enum Engine {
    Plain,
    #[event(since = "1")]
    Fast,
    #[event(fallback)]
    Undefined,
}

fn main() {}
