//! The outer JSON object of one POST: thirty keys in a fixed order, the events last.
//!
//! Must never encode an event again and never mix events of two contexts: everything but the send
//! time and the events is the same for a context, so it is rendered once, and a body is that text,
//! the time, and the events joined by commas.

use std::{borrow::Cow, fmt, time::SystemTime};

use super::{
    json::{
        Encoded, Full,
        escape::{push_string, put},
        growing,
        writer::{Encode, encode_parameters},
    },
    timestamp::Timestamp,
};
use crate::{event::TelemetryEvent, util::platform::cpu_architecture};

/// Value of every envelope field without a known value.
const UNDEFINED: &str = "undefined";
/// Value of the six opt-in fields.
const NONE: &str = "None";

/// Default of [`EnvelopeContext::event_protocol`].
pub(crate) const EVENT_PROTOCOL: &str = "1.6";

/// The value of an envelope's key.
pub(crate) enum KeyValue {
    Constant(&'static str),
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

/// The keys in their order on the wire.
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
    ("deviceOS", Constant(UNDEFINED)),
    ("deviceOSVersion", Constant(UNDEFINED)),
    ("deviceType", Constant(UNDEFINED)),
    ("eventProtocol", EventProtocol),
    ("eventSchemaVer", SchemaVersion),
    ("eventSysVer", SystemVersion),
    ("externalUserId", Constant(UNDEFINED)),
    ("gdprBehOptIn", Constant(NONE)),
    ("gdprFuncOptIn", Constant(NONE)),
    ("gdprTechOptIn", Constant(NONE)),
    ("idpId", Constant(UNDEFINED)),
    ("integrationId", Constant(UNDEFINED)),
    ("productName", Constant(UNDEFINED)),
    ("productVersion", Constant(UNDEFINED)),
    ("sentTs", SentAt),
    ("sessionId", SessionId),
    ("userId", Constant(UNDEFINED)),
    ("events", Events),
];

impl KeyValue {
    /// The text that is the same for all envelopes of a context; `None` for the other two keys.
    fn text<'c>(&self, context: &'c EnvelopeContext) -> Option<&'c str> {
        Some(match self {
            Constant(text) => text,
            ClientId => &context.client_id,
            ClientVersion => &context.client_version,
            CpuArchitecture => cpu_architecture(),
            EventProtocol => &context.event_protocol,
            SchemaVersion => &context.schema_version,
            SystemVersion => &context.system_version,
            SessionId => &context.session_id,
            SentAt | Events => return None,
        })
    }
}

/// The values that events must share to travel in one envelope.
///
/// What no setter was called for is `"undefined"`, but for the system version
/// (`"nemo-telemetry/1.0"`) and the event protocol (`"1.6"`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EnvelopeContext {
    /// `clientId`: the product family at the ingest service.
    pub client_id: Cow<'static, str>,
    /// `clientVer`: version of the product.
    pub client_version: Cow<'static, str>,
    /// `sessionId`: random, one per process or invocation.
    pub session_id: Cow<'static, str>,
    /// `eventSchemaVer`: schema version of every event in the envelope.
    pub schema_version: Cow<'static, str>,
    /// `eventSysVer`: name and version of the telemetry system.
    pub system_version: Cow<'static, str>,
    /// `eventProtocol`: version of the envelope's own format.
    pub event_protocol: Cow<'static, str>,
}

impl EnvelopeContext {
    /// A context of the product family `client_id`.
    #[must_use]
    pub fn new(client_id: impl Into<Cow<'static, str>>) -> Self {
        Self {
            client_id: client_id.into(),
            client_version: UNDEFINED.into(),
            session_id: UNDEFINED.into(),
            schema_version: UNDEFINED.into(),
            system_version: "nemo-telemetry/1.0".into(),
            event_protocol: EVENT_PROTOCOL.into(),
        }
    }

    /// Sets `clientVer`.
    #[must_use]
    pub fn client_version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.client_version = version.into();
        self
    }

    /// Sets `sessionId`.
    #[must_use]
    pub fn session_id(mut self, id: impl Into<Cow<'static, str>>) -> Self {
        self.session_id = id.into();
        self
    }

    /// Sets `eventSchemaVer`.
    #[must_use]
    pub fn schema_version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.schema_version = version.into();
        self
    }

    /// Sets `eventSysVer`.
    #[must_use]
    pub fn system_version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.system_version = version.into();
        self
    }
}

/// The order of the keys of one event in an envelope; both are the same JSON to any reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EventKeyOrder {
    /// `ts`, `parameters`, `name`.
    #[default]
    ParametersFirst,
    /// `ts`, `name`, `parameters`: Guardrails.
    NameFirst,
}

/// An envelope without an event: nothing to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyBatch;

impl fmt::Display for EmptyBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope needs at least one event")
    }
}

impl std::error::Error for EmptyBatch {}

/// The text of an envelope around its send time and its events.
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
        // The events are last: nothing follows their bracket.
        after_sent.pop();
        Self {
            before_sent,
            after_sent,
        }
    }

    /// The body of a POST made at `sent`. The events are JSON objects already. `None` when there is
    /// no memory for it.
    pub(crate) fn body<'e>(
        &self,
        sent: SystemTime,
        events: impl Iterator<Item = &'e [u8]> + Clone,
    ) -> Option<Vec<u8>> {
        let sent = Timestamp::from(sent);
        let frame = self.before_sent.len() + sent.as_bytes().len() + self.after_sent.len() + 2;
        let joined: usize = events.clone().map(|event| event.len() + 1).sum();
        let mut body = Vec::new();
        body.try_reserve_exact(frame + joined).ok()?;
        body.extend(&self.before_sent);
        body.extend(sent.as_bytes());
        body.extend(&self.after_sent);
        for event in events {
            body.extend(event);
            body.push(b',');
        }
        body.pop();
        body.extend(b"]}");
        Some(body)
    }
}

/// Writes one event of an envelope, `{"ts":...,"parameters":{...},"name":"..."}`, to the start of
/// `buffer`.
pub(crate) fn encode_event(
    event: &dyn Encode,
    order: EventKeyOrder,
    timestamp: Timestamp,
    buffer: &mut [u8],
) -> Result<Encoded, Full> {
    // Event names are `[a-z0-9_]`: no escape is ever needed.
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
    window = window.get_mut(parameters.len..).ok_or(Full)?;
    window = match order {
        EventKeyOrder::ParametersFirst => {
            window = put(name, put(b",\"name\":\"", window)?)?;
            put(b"\"}", window)?
        }
        EventKeyOrder::NameFirst => put(b"}", window)?,
    };
    Ok(Encoded {
        len: total - window.len(),
        coerced: parameters.coerced,
    })
}

/// Builds one envelope by hand, for tests and for transports of one's own.
///
/// ```
/// use std::time::UNIX_EPOCH;
/// use telemetry_runtime::envelope::{EmptyBatch, EnvelopeBuilder, EnvelopeContext};
///
/// let context = EnvelopeContext::new("184482118588404").schema_version("1.7");
/// assert_eq!(EnvelopeBuilder::new(context).build(UNIX_EPOCH), Err(EmptyBatch));
/// ```
#[derive(Debug, Clone)]
pub struct EnvelopeBuilder {
    frame: EnvelopeFrame,
    schema_version: Cow<'static, str>,
    order: EventKeyOrder,
    events: Vec<Vec<u8>>,
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

    /// Sets the order of the keys of each event added from here on.
    #[must_use]
    pub fn key_order(mut self, order: EventKeyOrder) -> Self {
        self.order = order;
        self
    }

    /// Adds an event that happened at `at`.
    ///
    /// # Errors
    ///
    /// [`SchemaVersionMismatch`] when the event is of another schema version than the envelope:
    /// `eventSchemaVer` speaks for all events of an envelope.
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
        self.events.push(growing(&encode));
        Ok(())
    }

    /// The body of a POST made at `sent`.
    ///
    /// # Errors
    ///
    /// [`EmptyBatch`] when no event was added, or when there is no memory for the body.
    pub fn build(&self, sent: SystemTime) -> Result<Vec<u8>, EmptyBatch> {
        let events = self.events.iter().map(Vec::as_slice);
        let some = !self.events.is_empty();
        let body = some.then(|| self.frame.body(sent, events));
        body.flatten().ok_or(EmptyBatch)
    }
}

/// An event of one schema version does not go into an envelope of another.
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
