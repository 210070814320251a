// A wire enum needs a name.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(rename_all = "snake_case")]
enum Kind {
    A,
}

fn main() {}
