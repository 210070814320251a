// A wire enum cannot have parameters.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind<T> {
    A,
    B(T),
}

fn main() {}
