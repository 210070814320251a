// An edge is a count.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [-1, 0, 5]
}

telemetry_buckets! {
    struct Records([200, 1_000]);
}

fn main() {}
