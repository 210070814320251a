// A part has the builder of an event.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
struct Common {
    #[event(required)]
    exit_code: i64,
}

fn main() {
    Common::builder().build();
}
