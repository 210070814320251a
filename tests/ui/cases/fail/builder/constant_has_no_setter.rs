// A constant field has no setter.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(constant = "tool")]
    source: String,
}

fn main() {
    let _ = Run::builder().source("other").build();
}
