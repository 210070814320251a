//! The envelope, the outer JSON object of one POST: thirty keys in a fixed order, the events last.
//!
//! Everything except the send time and the events is the same for a context and is rendered once. A
//! body consists of that text, the time, and the events separated by commas.
//!
//! **Invariants.** An event is encoded once. Events of different contexts are never in one envelope.

use std::{borrow::Cow, fmt, num::NonZeroUsize, time::SystemTime};

use super::{
    constants::{NONE, Settable, UNDEFINED},
    context::EnvelopeContext,
    json::{
        BufferTooSmall, Encoded, encode_to_vec,
        escape::{push_string, put},
        writer::{Encode, encode_parameters},
    },
    timestamp::Timestamp,
};
use crate::{event::TelemetryEvent, util::platform::cpu_architecture};

/// `eventProtocol`: version of the envelope's format.
pub(crate) const EVENT_PROTOCOL: &str = "1.6";

/// Source of the value of an envelope's key.
pub(crate) enum KeyValue {
    Constant(&'static str),
    /// The same in all envelopes of a product, which may set it.
    Settable(Settable),
    ClientId,
    ClientVersion,
    CpuArchitecture,
    EventProtocol,
    SchemaVersion,
    SystemVersion,
    SentAt,
    SessionId,
    Events,
}

use KeyValue::{
    ClientId, ClientVersion, Constant, CpuArchitecture, EventProtocol, Events, SchemaVersion,
    SentAt, SessionId, SystemVersion,
};

/// The keys in wire order.
pub(crate) const KEYS: [(&str, KeyValue); 30] = [
    ("browserType", Constant(UNDEFINED)),
    ("clientId", ClientId),
    ("clientType", Constant("Native")),
    ("clientVariant", Constant("Release")),
    ("clientVer", ClientVersion),
    ("cpuArchitecture", CpuArchitecture),
    ("deviceGdprBehOptIn", Constant(NONE)),
    ("deviceGdprFuncOptIn", Constant(NONE)),
    ("deviceGdprTechOptIn", Constant(NONE)),
    ("deviceId", Constant(UNDEFINED)),
    ("deviceMake", Constant(UNDEFINED)),
    ("deviceModel", Constant(UNDEFINED)),
    ("deviceOS", KeyValue::Settable(Settable::DeviceOs)),
    ("deviceOSVersion", Constant(UNDEFINED)),
    ("deviceType", Constant(UNDEFINED)),
    ("eventProtocol", EventProtocol),
    ("eventSchemaVer", SchemaVersion),
    ("eventSysVer", SystemVersion),
    ("externalUserId", Constant(UNDEFINED)),
    (
        "gdprBehOptIn",
        KeyValue::Settable(Settable::BehavioralOptIn),
    ),
    (
        "gdprFuncOptIn",
        KeyValue::Settable(Settable::FunctionalOptIn),
    ),
    (
        "gdprTechOptIn",
        KeyValue::Settable(Settable::TechnicalOptIn),
    ),
    ("idpId", Constant(UNDEFINED)),
    ("integrationId", Constant(UNDEFINED)),
    ("productName", KeyValue::Settable(Settable::ProductName)),
    (
        "productVersion",
        KeyValue::Settable(Settable::ProductVersion),
    ),
    ("sentTs", SentAt),
    ("sessionId", SessionId),
    ("userId", Constant(UNDEFINED)),
    ("events", Events),
];

impl KeyValue {
    /// The value, if it is the same for all envelopes of a context. `None` for the send time and the
    /// events.
    fn text<'c>(&self, context: &'c EnvelopeContext) -> Option<&'c str> {
        Some(match self {
            Constant(text) => text,
            Self::Settable(key) => context.constants.get(*key),
            ClientId => &context.client_id,
            ClientVersion => &context.client_version,
            CpuArchitecture => cpu_architecture(),
            EventProtocol => EVENT_PROTOCOL,
            SchemaVersion => &context.schema_version,
            SystemVersion => &context.system_version,
            SessionId => &context.session_id,
            SentAt | Events => return None,
        })
    }
}

/// The order of the keys of an event in an envelope. JSON readers ignore the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum EventKeyOrder {
    /// `ts`, `parameters`, `name`.
    #[default]
    ParametersFirst,
    /// `ts`, `name`, `parameters`, as in NeMo Guardrails.
    NameFirst,
}

/// The reason why an envelope has no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The envelope has no event.
    Empty,
    /// The memory for the body cannot be allocated.
    OutOfMemory,
}

impl fmt::Display for EnvelopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an envelope needs at least one event",
            Self::OutOfMemory => "not enough memory for the body of the envelope",
        })
    }
}

impl std::error::Error for EnvelopeError {}

/// The text of an envelope before and after its send time.
#[derive(Debug, Clone)]
pub(crate) struct EnvelopeFrame {
    before_sent: Vec<u8>,
    after_sent: Vec<u8>,
}

impl EnvelopeFrame {
    pub(crate) fn render(context: &EnvelopeContext) -> Self {
        let mut before_sent = b"{".to_vec();
        let mut after_sent = Vec::new();
        let mut text = &mut before_sent;
        for (key, value) in &KEYS {
            push_string(key, text);
            text.push(b':');
            match value.text(context) {
                Some(value) => push_string(value, text),
                None if matches!(value, SentAt) => {
                    text.push(b'"');
                    text = &mut after_sent;
                    text.push(b'"');
                }
                None => text.push(b'['),
            }
            text.push(b',');
        }
        // The events are last: no comma follows their bracket.
        after_sent.pop();
        Self {
            before_sent,
            after_sent,
        }
    }

    /// The texts before and after the send time.
    #[cfg(feature = "spool")]
    pub(crate) fn into_parts(self) -> (Vec<u8>, Vec<u8>) {
        (self.before_sent, self.after_sent)
    }

    /// The frame with these texts.
    #[cfg(feature = "spool")]
    pub(crate) fn from_parts(before_sent: Vec<u8>, after_sent: Vec<u8>) -> Self {
        Self {
            before_sent,
            after_sent,
        }
    }

    /// Writes the body of a POST at time `sent`. The events are JSON objects, each followed by a comma.
    /// False if the memory cannot be allocated.
    pub(crate) fn write(&self, sent: SystemTime, events: &[u8], body: &mut Vec<u8>) -> bool {
        let sent = Timestamp::from(sent);
        let frame = self.before_sent.len() + sent.as_bytes().len() + self.after_sent.len() + 2;
        body.clear();
        // The next body in this memory may be longer.
        let bytes = frame + events.len();
        if body.capacity() < bytes && body.try_reserve_exact(bytes + bytes / 8).is_err() {
            return false;
        }
        body.extend(&self.before_sent);
        body.extend(sent.as_bytes());
        body.extend(&self.after_sent);
        body.extend(events.strip_suffix(b",").unwrap_or(events));
        body.extend(b"]}");
        true
    }
}

/// Writes one event of an envelope, `{"ts":...,"parameters":{...},"name":"..."}`, to the start of
/// `buffer`.
pub(crate) fn encode_event(
    event: &dyn Encode,
    order: EventKeyOrder,
    timestamp: Timestamp,
    buffer: &mut [u8],
) -> Result<Encoded, BufferTooSmall> {
    // Event names match `[a-z0-9_]+` and need no escapes.
    let name = event.head().name.as_bytes();
    let total = buffer.len();
    let window = put(b"{\"ts\":\"", buffer)?;
    let mut window = put(timestamp.as_bytes(), window)?;
    window = match order {
        EventKeyOrder::ParametersFirst => put(b"\",\"parameters\":", window)?,
        EventKeyOrder::NameFirst => {
            window = put(name, put(b"\",\"name\":\"", window)?)?;
            put(b"\",\"parameters\":", window)?
        }
    };
    let parameters = encode_parameters(event, window)?;
    window = window
        .get_mut(parameters.len.get()..)
        .ok_or(BufferTooSmall)?;
    window = match order {
        EventKeyOrder::ParametersFirst => {
            window = put(name, put(b",\"name\":\"", window)?)?;
            put(b"\"}", window)?
        }
        EventKeyOrder::NameFirst => put(b"}", window)?,
    };
    Ok(Encoded {
        len: NonZeroUsize::new(total - window.len()).ok_or(BufferTooSmall)?,
        coerced: parameters.coerced,
    })
}

/// Builds one envelope without a client, for tests and custom transports.
///
/// ```
/// use std::time::UNIX_EPOCH;
/// use telemetry_runtime::envelope::{EnvelopeBuilder, EnvelopeContext, EnvelopeError};
///
/// let context = EnvelopeContext::new("000000000000000").schema_version("1.7");
/// let body = EnvelopeBuilder::new(context).build(UNIX_EPOCH);
/// assert_eq!(body, Err(EnvelopeError::Empty));
/// ```
#[derive(Debug, Clone)]
pub struct EnvelopeBuilder {
    frame: EnvelopeFrame,
    schema_version: Cow<'static, str>,
    order: EventKeyOrder,
    /// Each followed by a comma.
    events: Vec<u8>,
}

impl EnvelopeBuilder {
    /// An envelope of `context` without events.
    #[must_use]
    pub fn new(context: EnvelopeContext) -> Self {
        Self {
            frame: EnvelopeFrame::render(&context),
            schema_version: context.schema_version,
            order: EventKeyOrder::default(),
            events: Vec::new(),
        }
    }

    /// Sets the key order of events that are added after this call.
    #[must_use]
    pub fn key_order(mut self, order: EventKeyOrder) -> Self {
        self.order = order;
        self
    }

    /// Adds an event that happened at `at`.
    ///
    /// # Errors
    ///
    /// [`SchemaVersionMismatch`] if the event's schema version differs from the envelope's
    /// `eventSchemaVer`, which applies to all its events.
    pub fn push<E: TelemetryEvent>(
        &mut self,
        event: &E,
        at: SystemTime,
    ) -> Result<(), SchemaVersionMismatch> {
        if E::SCHEMA_VERSION != self.schema_version {
            return Err(SchemaVersionMismatch {
                event: E::EVENT_NAME,
                event_version: E::SCHEMA_VERSION,
                envelope_version: self.schema_version.clone(),
            });
        }
        let encode = |buffer: &mut [u8]| encode_event(event, self.order, at.into(), buffer);
        self.events.extend(encode_to_vec(&encode));
        self.events.push(b',');
        Ok(())
    }

    /// The body of a POST at time `sent`.
    ///
    /// # Errors
    ///
    /// [`EnvelopeError`] if no event was added, or if the memory cannot be allocated.
    pub fn build(&self, sent: SystemTime) -> Result<Vec<u8>, EnvelopeError> {
        if self.events.is_empty() {
            return Err(EnvelopeError::Empty);
        }
        let mut body = Vec::new();
        let written = self.frame.write(sent, &self.events, &mut body);
        written.then_some(body).ok_or(EnvelopeError::OutOfMemory)
    }
}

/// The event's schema version differs from the envelope's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaVersionMismatch {
    event: &'static str,
    event_version: &'static str,
    envelope_version: Cow<'static, str>,
}

impl fmt::Display for SchemaVersionMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            event,
            event_version,
            envelope_version,
        } = self;
        write!(
            f,
            "event `{event}` has schema version {event_version}, the envelope is for {envelope_version}"
        )
    }
}

impl std::error::Error for SchemaVersionMismatch {}
