//! Declarations that the events of another file use.

use telemetry_runtime::{TelemetryFields, telemetry_buckets};

telemetry_buckets! {
    /// Files that one command touched.
    pub(super) FileCount("FileCountEnum") = [0, 5, 10];
    /// Records of the input.
    pub(super) Records = [200, 1_000], lowest = "1-200", unknown = "unknown";
}

/// Model of a request.
#[derive(TelemetryFields, Clone, Debug)]
pub(super) struct Model {
    /// Name of the model.
    #[event(required, free_text = "a name in the program", max_len = 64)]
    pub(super) name: String,
    /// Share of the cache.
    #[event(default = 0.5, range(min = 0, max = 1), since = "1.8")]
    pub(super) cache_share: f64,
}
