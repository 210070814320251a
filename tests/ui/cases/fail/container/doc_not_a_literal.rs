// The text of a doc attribute must be a string literal.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
#[doc = concat!("A ", "kind.")]
enum Kind {
    #[doc = stringify!(One)]
    A,
    #[event(fallback)]
    B,
}

/// A run.
#[doc = include_str!("../../../ROWS.md")]
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[doc = concat!("A ", "code.")]
    exit_code: i64,
}

fn main() {
    let _ = (Run::default(), Kind::A, Kind::B);
}
