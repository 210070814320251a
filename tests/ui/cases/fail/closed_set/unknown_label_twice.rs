// The label for "unknown" must differ from all other labels.

use telemetry_runtime::telemetry_labels;

telemetry_labels! {
    Commands = ["build", "none"], unknown = "none"
}

fn main() {}
