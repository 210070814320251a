// The path of the runtime must be absolute.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", crate = telemetry_runtime)]
enum Kind {
    A,
}

fn main() {}
