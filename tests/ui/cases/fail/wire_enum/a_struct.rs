// A wire enum must be an enum.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
struct Kind;

fn main() {}
