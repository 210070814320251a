// A wire enum has no parameters.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind<T> {
    A,
    B(T),
}

fn main() {}
