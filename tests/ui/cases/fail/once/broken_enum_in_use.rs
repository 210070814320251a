// An invalid enum causes no second error where it is used.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum)]
enum Kind {
    A,
    B,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    kind: Kind,
    #[event(default = Kind::B)]
    other: Kind,
}

fn main() {
    let _ = Kind::A.as_str();
    let _ = Kind::from_wire("a");
    let _ = Run::builder().kind(Kind::B).build();
}
