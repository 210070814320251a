// A maximum length must be a whole number.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_len = "64", free_text = "x")]
    text: String,
}

fn main() {}
