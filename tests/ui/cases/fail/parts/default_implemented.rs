// An event with a part that has required fields cannot implement `Default`.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Common {
    #[event(required)]
    files: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    common: Common,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            common: Common { files: 0 },
        }
    }
}

fn main() {}
