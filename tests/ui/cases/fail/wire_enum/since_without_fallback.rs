// `since` and `retired` need a fallback, which is written instead.
use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "EngineEnum")]
enum Engine {
    Plain,
    #[event(since = "1.9")]
    Fast,
    #[event(retired)]
    Slow,
}

fn main() {}
