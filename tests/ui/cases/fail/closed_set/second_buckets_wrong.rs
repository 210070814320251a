// A mistake in the second declaration is reported there.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    Files = [0, 5];
    Lines = [10, 1]
}

fn main() {}
