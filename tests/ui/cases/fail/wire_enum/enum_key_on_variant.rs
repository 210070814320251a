// A key of enums is told where it belongs.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(rename_all = "snake_case")]
    B,
}

fn main() {}
