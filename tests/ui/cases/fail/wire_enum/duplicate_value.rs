// A wire value must not occur twice.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    Known,
    #[event(rename = "known")]
    Other,
}

fn main() {}
