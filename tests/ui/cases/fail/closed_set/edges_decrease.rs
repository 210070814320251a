// The edges of buckets increase, the last one too.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [0, 5, 10, 9]
}

fn main() {}
