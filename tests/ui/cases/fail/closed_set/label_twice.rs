// A label must not be listed twice.

use telemetry_runtime::telemetry_labels;

telemetry_labels! {
    Commands = ["build", "check", "build"]
}

fn main() {}
