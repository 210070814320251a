// The error for a key of enums names its valid place.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(rename_all = "snake_case")]
    B,
}

fn main() {}
