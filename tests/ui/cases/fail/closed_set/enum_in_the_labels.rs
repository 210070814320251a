// `telemetry_labels!` takes a name and a list of texts.

use telemetry_runtime::telemetry_labels;

telemetry_labels! {
    enum Commands { Build, Check }
}

telemetry_labels! {
    Origins = [Cache, Disk]
}

fn main() {}
