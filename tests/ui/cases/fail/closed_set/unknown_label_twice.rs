// The label for "unknown" is no other label.

use telemetry_runtime::telemetry_labels;

telemetry_labels! {
    Commands = ["build", "none"], unknown = "none"
}

fn main() {}
