// Eight mistakes in an enum cause eight errors, in source order.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "kind", rename_all = "snakecase", schema = "1.0")]
enum Kind {
    #[event(fallback, rename = 5)]
    A,
    B(i64),
    #[event(rename = "a\"b")]
    C,
    #[event(fallback)]
    D,
    #[event(rename = "B")]
    E,
}

fn main() {}
