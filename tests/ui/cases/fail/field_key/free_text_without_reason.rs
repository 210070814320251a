// A reason needs a text.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(free_text)]
    text: String,
}

fn main() {}
