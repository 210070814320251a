// Buckets need at least one edge.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = []
}

fn main() {}
