// The setters of a retired field are deprecated.
#![deny(deprecated)]

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.10")]
struct Run {
    #[event(retired = "1.10")]
    count: i64,
}

fn main() {
    let _ = Run::builder().count(5).maybe_count(None).build();
}
