// An invalid part has one error, also where it is used.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Common {
    #[event(requird)]
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    common: Common,
}

fn main() {
    let common = Common::builder().exit_code(1).build();
    let run = Run::builder().common(common).build();
    run.parameters().to_json();
}
