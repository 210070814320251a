// An older event writes the fallback: it cannot be newer than that event.
use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "EngineEnum")]
enum Engine {
    Plain,
    #[event(fallback, since = "1.9")]
    Undefined,
}

fn main() {}
