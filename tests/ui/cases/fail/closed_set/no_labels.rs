// A set of labels has a label.

use telemetry_runtime::telemetry_labels;

telemetry_labels! {
    Commands = []
}

fn main() {}
