// The fallback cannot be retired: events write it instead of retired values.
use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "EngineEnum")]
enum Engine {
    Plain,
    #[event(fallback, retired)]
    Undefined,
}

fn main() {}
