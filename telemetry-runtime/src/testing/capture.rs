//! Captures recorded events in memory, by type, without a server.

use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::{
    client::{Client, builder::ClientBuilder, guard::TelemetryGuard},
    event::TelemetryEvent,
    product::Product,
    transport::memory::MemoryTransport,
};

/// Bounds a flush; it takes no time, because the transport is in memory.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(60);

static CAPTURE: Product = Product::new("capture").default_on(true);

/// Keeps every event that its clients record, in memory, by type.
///
/// Environment variables are ignored: a capture is always on, even on a CI system.
///
/// # Panics
///
/// If the product of [`with_builder`](Self::with_builder) lists its [events](Product::events) and the
/// code recorded another event: [`events`](Self::events), [`wait_for`](Self::wait_for) and the drop of
/// the capture then panic with its name.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{TelemetryEvent, testing::{Capture, capture}};
/// # if cfg!(feature = "off") { return Ok(()); } // records nothing
///
/// /// One run.
/// #[derive(TelemetryEvent)]
/// #[event(name = "tool_run", schema = "1.0")]
/// struct ToolRun {
///     /// Exit code.
///     exit_code: i32,
/// }
/// let run = |code| ToolRun::builder().exit_code(code).build();
///
/// // Events of a piece of code:
/// let captured = capture(|client| client.record(&run(3)));
/// assert_eq!(captured.events::<ToolRun>(), [run(3).parameters().to_json()]);
///
/// // Events of another thread:
/// let capture = Capture::new();
/// let client = capture.client();
/// std::thread::spawn(move || client.record(&run(0)));
/// let events = capture.wait_for::<ToolRun>(1, Duration::from_secs(60))?;
/// assert_eq!(events, [r#"{"exitCode":0}"#]);
/// # Ok::<(), telemetry_runtime::testing::CaptureError>(())
/// ```
#[derive(Debug)]
pub struct Capture {
    telemetry: TelemetryGuard,
    memory: MemoryTransport,
}

/// Captures the events that `record` records before it returns.
///
/// For code that is async or continues in other threads, use [`Capture::client`] and
/// [`Capture::wait_for`].
///
/// ```
/// use telemetry_runtime::{Client, TelemetryEvent, testing::capture};
/// # if cfg!(feature = "off") { return; } // records nothing
///
/// /// One table was read.
/// #[derive(TelemetryEvent)]
/// #[event(name = "table_read", schema = "1.0")]
/// struct TableRead {
///     /// Number of columns.
///     columns: i32,
/// }
///
/// fn read(text: &str, telemetry: Option<&Client>) -> usize {
///     if let Some(client) = telemetry {
///         client.record(&TableRead::builder().columns(2).build());
///     }
///     text.len()
/// }
///
/// let captured = capture(|client| assert_eq!(read("a,b", Some(client)), 3));
/// assert_eq!(captured.events::<TableRead>(), [r#"{"columns":2}"#]);
/// ```
pub fn capture(record: impl FnOnce(&Client)) -> Capture {
    let capture = Capture::new();
    record(&capture.telemetry);
    capture
}

impl Default for Capture {
    fn default() -> Self {
        Self::new()
    }
}

impl Capture {
    /// A capture with a default client.
    #[must_use]
    pub fn new() -> Self {
        Self::with_builder(Client::builder(&CAPTURE))
    }

    /// A capture with a client of these settings. It replaces the environment, the transport, the
    /// flush interval and the queue size of `builder`, so that no event is refused or delayed. The events
    /// have the form of the envelope, also for a product that sends OTLP.
    #[must_use]
    pub fn with_builder(builder: ClientBuilder) -> Self {
        let memory = MemoryTransport::new();
        // A test must neither wait for a batch to fill nor miss an event because the worker was slow.
        let telemetry = builder
            .env(|_| None)
            .captured()
            .transport(memory.clone())
            .flush_interval(Duration::ZERO)
            .queue_bytes(usize::MAX)
            .build();
        Self { telemetry, memory }
    }

    /// A handle for the code under test.
    #[must_use]
    pub fn client(&self) -> Client {
        self.telemetry.client()
    }

    /// The parameters of all events of this type recorded so far, in order, in the format of
    /// [`Parameters::to_json`](crate::envelope::Parameters::to_json).
    #[must_use]
    #[track_caller]
    pub fn events<E: TelemetryEvent>(&self) -> Vec<String> {
        let _ = self.telemetry.flush(FLUSH_TIMEOUT);
        self.assert_disclosed();
        self.arrived::<E>()
    }

    /// All events recorded so far as lines of JSON (NDJSON), the input of `telemetry-tool live-check`.
    ///
    /// Each line is an object with `eventSchemaVer`, `ts`, `name` and `parameters`, and ends with a line break.
    ///
    /// ```
    /// use telemetry_runtime::{TelemetryEvent, testing::capture};
    /// # if cfg!(feature = "off") { return; } // records nothing
    ///
    /// /// One run.
    /// #[derive(TelemetryEvent)]
    /// #[event(name = "tool_run", schema = "1.0")]
    /// struct ToolRun {
    ///     /// Exit code.
    ///     exit_code: i32,
    /// }
    ///
    /// let captured = capture(|client| client.record(&ToolRun::default()));
    /// let events = captured.to_ndjson();
    /// assert!(events.starts_with(r#"{"eventSchemaVer":"1.0","ts":"#));
    /// assert!(events.contains(r#""parameters":{"exitCode":-1}"#) && events.ends_with("}\n"));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn to_ndjson(&self) -> String {
        let _ = self.telemetry.flush(FLUSH_TIMEOUT);
        self.assert_disclosed();
        let mut lines = String::new();
        for body in self.memory.bodies() {
            let Ok(body) = std::str::from_utf8(&body) else {
                continue;
            };
            for event in events_of(body) {
                let members = event.strip_prefix('{').unwrap_or_default();
                let version = version_of(body);
                lines.push_str(&format!("{{\"eventSchemaVer\":\"{version}\",{members}\n"));
            }
        }
        lines
    }

    /// Waits until there are at least `count` events of this type, and returns their parameters.
    ///
    /// # Errors
    ///
    /// [`CaptureError`] when there are fewer events after `timeout`.
    #[track_caller]
    pub fn wait_for<E: TelemetryEvent>(
        &self,
        count: usize,
        timeout: Duration,
    ) -> Result<Vec<String>, CaptureError> {
        let start = Instant::now();
        loop {
            self.assert_disclosed();
            let requests = self.memory.bodies().len();
            let events = self.arrived::<E>();
            if events.len() >= count {
                return Ok(events);
            }
            let left = timeout.saturating_sub(start.elapsed());
            if !self.memory.wait_for(requests + 1, left) {
                self.assert_disclosed();
                return Err(CaptureError {
                    event: E::EVENT_NAME,
                    expected: count,
                    recorded: events.len(),
                });
            }
        }
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion of the test kit")]
    fn assert_disclosed(&self) {
        if let Some(event) = self.telemetry.first_undisclosed() {
            let (name, version) = (event.name, event.schema_version);
            panic!(
                "the product does not list the event `{name}` {version}, so a client refuses it\n\
                 help: add it to `Product::events`; if users agreed to the list, raise the prompt \
                 version too"
            );
        }
    }

    fn arrived<E: TelemetryEvent>(&self) -> Vec<String> {
        let bodies = self.memory.bodies();
        let texts = bodies
            .iter()
            .filter_map(|body| std::str::from_utf8(body).ok());
        let parameters = |event| parameters_of(event, E::EVENT_NAME);
        texts
            .flat_map(|body| events_of(body).filter_map(parameters))
            .map(str::to_owned)
            .collect()
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_disclosed();
        }
    }
}

/// Fewer events than expected were recorded in time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaptureError {
    /// Wire name of the event.
    pub event: &'static str,
    /// The expected number of events.
    pub expected: usize,
    /// The number of events recorded.
    pub recorded: usize,
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            event,
            expected,
            recorded,
        } = self;
        write!(
            f,
            "{recorded} of {expected} events `{event}` were recorded in time"
        )
    }
}

impl std::error::Error for CaptureError {}

/// `eventSchemaVer` of an envelope.
fn version_of(body: &str) -> &str {
    // Within a text the quotes would be escaped.
    let rest = body.split_once("\"eventSchemaVer\":\"");
    let version = rest.and_then(|(_, rest)| rest.split_once('"'));
    version.map_or("", |(version, _)| version)
}

/// The event objects of an envelope.
fn events_of(body: &str) -> impl Iterator<Item = &str> {
    // `events` is the last key. Within a text its quotes would be escaped.
    let events = body.split_once("\"events\":[").map(|(_, events)| events);
    let mut rest = events.unwrap_or_default();
    std::iter::from_fn(move || {
        let (event, after) = rest.split_at_checked(object_len(rest)?)?;
        rest = after.strip_prefix(',').unwrap_or(after);
        Some(event)
    })
}

/// Length of the JSON object at the start of `text`.
fn object_len(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return (byte == b'}').then_some(at + 1);
        }
    }
    None
}

/// The parameters of an event object with this name, regardless of the order of its keys.
fn parameters_of<'t>(event: &'t str, name: &str) -> Option<&'t str> {
    const KEY: &str = "\"parameters\":";
    let start = event.find(KEY)? + KEY.len();
    let rest = event.get(start..)?;
    let len = object_len(rest)?;
    let name = format!("\"name\":\"{name}\"");
    let around = [event.get(..start)?, rest.get(len..)?];
    around
        .iter()
        .any(|part| part.contains(&name))
        .then_some(rest.get(..len)?)
}
