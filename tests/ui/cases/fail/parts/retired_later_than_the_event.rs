// A field of a part cannot be retired in a later version than that of the event.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Common {
    attempts: i64,
    #[event(retired = "1.10")]
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.9")]
struct Run {
    #[event(flatten)]
    common: Common,
}

fn main() {}
