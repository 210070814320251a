// A part with required fields has no `maybe_` setter.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Common {
    #[event(required)]
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    common: Common,
}

fn main() {
    Run::builder().maybe_common(None).build();
}
