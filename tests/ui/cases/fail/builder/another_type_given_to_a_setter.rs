// The compiler's own messages at a setter whose type is not text. The derive's docs explain them.

use telemetry_runtime::{Allowlisted, Count, TelemetryEvent, telemetry_labels};

telemetry_labels! { Commands = ["build", "check"] }

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    exit_code: i64,
    command: Allowlisted<Commands>,
    files: Count,
}

fn main() {
    let code: Option<i64> = None;
    let _ = Run::builder().exit_code(code).build();
    let _ = Run::builder().command("build").build();
    let _ = Run::builder().files(3_u64).build();
}
