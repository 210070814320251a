// The edges of buckets must increase.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount("FileCountEnum") = [5, 5, 10]
}

fn main() {}
