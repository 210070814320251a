// A style must be one of the supported styles.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", rename_all = "camelCase")]
enum Kind {
    TimedOut,
}

fn main() {}
