// The label for "unknown" must differ from the labels of all buckets.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [0, 5], unknown = "6+"
}

fn main() {}
