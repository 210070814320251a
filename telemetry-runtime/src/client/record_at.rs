//! Recording an event with a timestamp of the caller.

use std::time::SystemTime;

use super::Client;
use crate::{
    delivery::health::{Accepted, RecordError},
    event::TelemetryEvent,
};

impl Client {
    /// Records an event that happened at `at`, for example one that was read from a file.
    ///
    /// Only the event's `ts` in the envelope and in the audit log differs from that of
    /// [`record`](Self::record). The events of a thread keep the order in which they were recorded, and limits,
    /// the flush interval and opt-outs apply as if the event had happened now.
    ///
    /// The time is UTC in milliseconds, rounded down. A time before the year 0000 or after 9999 becomes
    /// the first or the last millisecond of these years; see [`Timestamp`](crate::envelope::Timestamp).
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use telemetry_runtime::{Client, Product, TelemetryEvent, transport::MemoryTransport};
    ///
    /// /// One run of the tool.
    /// #[derive(TelemetryEvent)]
    /// #[event(name = "tool_run", schema = "1.0")]
    /// struct ToolRun {
    ///     /// Exit code of the process.
    ///     exit_code: i32,
    /// }
    ///
    /// static MY_TOOL: Product = Product::new("my-tool").default_on(true);
    /// let memory = MemoryTransport::new();
    /// let builder = Client::builder(&MY_TOOL).env(|_| None);
    /// let telemetry = builder.transport(memory.clone()).build();
    ///
    /// let at = UNIX_EPOCH + Duration::from_millis(1_776_882_896_789);
    /// telemetry.record_at(&ToolRun::builder().exit_code(3).build(), at);
    ///
    /// telemetry.shutdown(Duration::from_secs(5));
    /// let body = String::from_utf8(memory.bodies().remove(0))?;
    /// assert!(body.contains(r#"{"ts":"2026-04-22T18:34:56.789Z","parameters":{"exitCode":3}"#));
    /// # Ok::<(), std::string::FromUtf8Error>(())
    /// ```
    pub fn record_at<E: TelemetryEvent>(&self, event: &E, at: SystemTime) {
        let _ = self.try_record_at(event, at);
    }

    /// Records an event that happened at `at`, or returns the reason why it was refused; see
    /// [`record_at`](Self::record_at).
    ///
    /// # Errors
    ///
    /// The reason for the refusal. It is also counted, unless telemetry is off.
    pub fn try_record_at<E: TelemetryEvent>(
        &self,
        event: &E,
        at: SystemTime,
    ) -> Result<Accepted, RecordError> {
        let lifecycle = self.lifecycle();
        let state = lifecycle.shared.switch.state();
        if state.is_on() {
            self.record_stamped(lifecycle, state.epoch(), event, at)
        } else if state.is_ended() {
            Err(self.record_ended())
        } else {
            Err(RecordError::Off)
        }
    }
}
