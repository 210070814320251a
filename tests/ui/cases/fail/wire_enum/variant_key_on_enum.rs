// The error for a key of variants names its valid place.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", fallback)]
enum Kind {
    A,
    B,
}

fn main() {}
