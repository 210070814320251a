// Two fields of a part must not have the same wire name.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
struct Common {
    exit_code: i64,
    #[event(rename = "exitCode")]
    code: i64,
}

fn main() {}
