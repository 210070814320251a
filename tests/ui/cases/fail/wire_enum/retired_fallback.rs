// The fallback stands for every value that an event must not write: it cannot be retired.
use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "EngineEnum")]
enum Engine {
    Plain,
    #[event(fallback, retired)]
    Undefined,
}

fn main() {}
