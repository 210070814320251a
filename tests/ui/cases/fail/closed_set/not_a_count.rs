// A bucket is created from a whole number.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [0, 5, 10]
}

fn main() {
    let _ = FileCount::of(1.5);
}
