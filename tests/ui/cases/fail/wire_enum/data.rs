// A variant cannot carry data.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    Known,
    Other(String),
}

fn main() {}
