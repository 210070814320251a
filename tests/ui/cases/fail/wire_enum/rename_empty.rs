// A wire value must not be empty.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(rename = "")]
    B,
}

fn main() {}
