// A wire value must not contain a character that JSON must escape.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    #[event(rename = "a\"b")]
    A,
}

fn main() {}
