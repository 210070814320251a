// The type of a field with `flatten` must be a part: one error.

use telemetry_runtime::TelemetryEvent;

struct Common {
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    common: Common,
    files: i64,
}

fn main() {
    let common = Common { exit_code: 0 };
    Run::builder().common(common).build();
}
