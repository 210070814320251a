// A set of labels is not a field type; one of its labels is.

use telemetry_runtime::{TelemetryEvent, telemetry_labels};

telemetry_labels! { Commands = ["build", "check"] }

#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0")]
struct Run {
    command: Commands,
}

fn main() {}
