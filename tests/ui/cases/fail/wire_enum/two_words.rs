// A name with two words needs a style.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    Success,
    TimedOut,
}

fn main() {}
