// The error for a variant key on an enum names the place where the key is valid.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", fallback)]
enum Kind {
    A,
    B,
}

fn main() {}
