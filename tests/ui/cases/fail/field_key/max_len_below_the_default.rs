// The default must not be longer than the maximum length.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(free_text = "x", max_len = 3, default = "none")]
    command: String,
}

fn main() {}
