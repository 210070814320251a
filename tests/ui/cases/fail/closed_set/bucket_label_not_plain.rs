// The label of a bucket must not contain a character that JSON must escape.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [0, 5], lowest = "no\"ne"
}

fn main() {}
