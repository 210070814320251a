/// One run.
#[derive(TelemetryEvent)]
struct RunEvent {
    /// Records.
    count: i64,
    /// Bucket of the number of records.
    records: RecordsBucket,
    /// Kind of run.
    mode: Mode,
}
