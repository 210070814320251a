// An enum cannot have two fallbacks.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    #[event(fallback)]
    A,
    #[event(fallback)]
    B,
}

fn main() {}
