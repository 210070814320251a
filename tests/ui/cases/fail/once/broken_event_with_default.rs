// An invalid event still has its default, its descriptor and its name.

use telemetry_runtime::{TelemetryEvent, descriptor::EventDescriptor};

#[derive(TelemetryEvent)]
#[event(name = "Run", schema = "1.0")]
struct Run {
    exit_code: i64,
}

const DESCRIPTOR: &EventDescriptor = Run::DESCRIPTOR;

fn main() {
    let run = Run::default();
    let _ = (DESCRIPTOR, Run::EVENT_NAME, Run::SCHEMA_VERSION, run.exit_code);
}
