//! How large the input of a run was: ranges, since the exact size of a data set can tell which it is.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    /// Records of the input.
    pub InputRecords = [200, 1_000, 10_000, 100_000], lowest = "1-200";
    /// Columns of the input.
    pub InputColumns = [5, 10, 20, 50], lowest = "1-5";
}
