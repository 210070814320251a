// A set of labels needs at least one label.

use telemetry_runtime::telemetry_labels;

telemetry_labels! {
    Commands = []
}

fn main() {}
