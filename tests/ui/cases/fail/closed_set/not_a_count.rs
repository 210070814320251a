// A bucket counts whole numbers.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    FileCount = [0, 5, 10]
}

fn main() {
    let _ = FileCount::of(1.5);
}
