// A flag cannot have a value.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(fallback = true)]
    B,
}

fn main() {}
