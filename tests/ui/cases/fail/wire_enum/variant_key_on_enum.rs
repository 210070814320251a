// A key of variants is told where it belongs.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", fallback)]
enum Kind {
    A,
    B,
}

fn main() {}
