// The label of the lowest bucket must differ from all other labels.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [0, 5], lowest = "1-5"
}

fn main() {}
