/// One run.
#[derive(TelemetryEvent)]
struct RunEvent {
    /// Kind of run.
    mode: Mode,
}
