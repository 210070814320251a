// Buckets have an edge.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = []
}

fn main() {}
