// The label for "unknown" is no label of a bucket.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [0, 5], unknown = "6+"
}

fn main() {}
