// The fallback cannot have `since`: events of every version must be able to write it.
use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "EngineEnum")]
enum Engine {
    Plain,
    #[event(fallback, since = "1.9")]
    Undefined,
}

fn main() {}
