// What stands for a newer or a retired value must be known.
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
