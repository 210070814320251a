//! Buckets for the size of the input: an exact size could identify a data set.

use telemetry_runtime::telemetry_buckets;

telemetry_buckets! {
    /// Buckets of the number of input records.
    pub InputRecords = [200, 1_000, 10_000, 100_000], lowest = "1-200";
    /// Buckets of the number of input columns.
    pub InputColumns = [5, 10, 20, 50], lowest = "1-5";
}
