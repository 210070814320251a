// A style is one of a list.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", rename_all = "camelCase")]
enum Kind {
    TimedOut,
}

fn main() {}
