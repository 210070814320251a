// The last edge of buckets must be greater than the one before it.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [0, 5, 10, 9]
}

fn main() {}
