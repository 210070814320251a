// A wire value needs no escape.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    #[event(rename = "a\"b")]
    A,
}

fn main() {}
