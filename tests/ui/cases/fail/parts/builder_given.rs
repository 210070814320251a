// A setter of a part takes the part, not its builder.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// Fields of every event.
#[derive(TelemetryFields)]
struct Common {
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    common: Common,
}

fn main() {
    Run::builder().common(Common::builder().exit_code(1)).build();
}
