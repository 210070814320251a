// The label of a bucket needs no escape.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [0, 5], lowest = "no\"ne"
}

fn main() {}
