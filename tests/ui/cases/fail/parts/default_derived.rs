// A part with required fields, or an event with such a part, has no `Default`.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields, Default)]
struct Inner {
    #[event(required)]
    exit_code: i64,
}

#[derive(TelemetryFields)]
struct Common {
    #[event(required)]
    files: i64,
}

#[derive(TelemetryEvent, Default)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    common: Common,
}

fn main() {}
