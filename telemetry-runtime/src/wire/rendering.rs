//! The form in which a client encodes its events, and the text around them.
//!
//! **Invariants.** A client encodes all of its events in one form, which also decides the lines of its audit
//! log.

use std::time::SystemTime;

use super::{
    context::EnvelopeContext,
    envelope::{EnvelopeFrame, EventKeyOrder, encode_event},
    json::{BufferTooSmall, Encoded, writer::Encode},
    timestamp::{Formatter, Timestamp},
};
#[cfg(feature = "otlp")]
use super::{
    otlp::{frame::OtlpFrame, record::encode_record},
    wires::Wire,
};

/// The form of encoded events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rendering {
    /// As elements of the envelope's `events`.
    Envelope(EventKeyOrder),
    /// As log records of OTLP.
    #[cfg(feature = "otlp")]
    Otlp,
}

impl Rendering {
    /// The form of one event that happened at `at`.
    #[inline]
    pub(crate) fn at(self, at: SystemTime, formatter: &mut Formatter) -> RenderingAt {
        match self {
            Self::Envelope(order) => RenderingAt::Envelope(order, formatter.format(at)),
            #[cfg(feature = "otlp")]
            Self::Otlp => RenderingAt::Otlp(at),
        }
    }

    /// The text around the events of a request.
    pub(crate) fn frame(self, context: &EnvelopeContext) -> Frame {
        match self {
            Self::Envelope(_) => Frame::Envelope(EnvelopeFrame::render(context)),
            #[cfg(feature = "otlp")]
            Self::Otlp => Frame::Otlp(OtlpFrame::render(context)),
        }
    }

    /// The number of the form in the files of the spool, which never changes.
    #[cfg(feature = "spool")]
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Envelope(_) => 1,
            #[cfg(feature = "otlp")]
            Self::Otlp => 2,
        }
    }

    /// The key of the schema version in the text around events.
    #[cfg(all(feature = "audit", feature = "spool"))]
    pub(crate) const fn schema_version_key(self) -> &'static str {
        match self {
            Self::Envelope(_) => "eventSchemaVer",
            #[cfg(feature = "otlp")]
            Self::Otlp => "schemaUrl",
        }
    }

    /// The text around events, from the parts that [`Frame::into_parts`] returned.
    #[cfg(feature = "spool")]
    pub(crate) fn frame_from_parts(self, before: Vec<u8>, after: Vec<u8>) -> Frame {
        match self {
            Self::Envelope(_) => Frame::Envelope(EnvelopeFrame::from_parts(before, after)),
            #[cfg(feature = "otlp")]
            Self::Otlp => Frame::Otlp(OtlpFrame::from_part(before)),
        }
    }

    #[cfg(feature = "otlp")]
    pub(crate) fn wire(self) -> Wire {
        match self {
            Self::Envelope(_) => Wire::Envelope,
            Self::Otlp => Wire::Otlp,
        }
    }
}

/// The form of one event, with its time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RenderingAt {
    Envelope(EventKeyOrder, Timestamp),
    #[cfg(feature = "otlp")]
    Otlp(SystemTime),
}

impl RenderingAt {
    /// Writes the event to the start of `buffer`.
    #[inline]
    pub(crate) fn encode(
        self,
        event: &dyn Encode,
        buffer: &mut [u8],
    ) -> Result<Encoded, BufferTooSmall> {
        match self {
            Self::Envelope(order, at) => encode_event(event, order, at, buffer),
            #[cfg(feature = "otlp")]
            Self::Otlp(at) => encode_record(event, at, buffer),
        }
    }
}

/// The text around the events of a request.
#[derive(Debug, Clone)]
pub(crate) enum Frame {
    Envelope(EnvelopeFrame),
    #[cfg(feature = "otlp")]
    Otlp(OtlpFrame),
}

impl Frame {
    /// The texts that differ between clients.
    #[cfg(feature = "spool")]
    pub(crate) fn into_parts(self) -> (Vec<u8>, Vec<u8>) {
        match self {
            Self::Envelope(frame) => frame.into_parts(),
            #[cfg(feature = "otlp")]
            Self::Otlp(frame) => (frame.into_part(), Vec::new()),
        }
    }

    /// Writes the body of a POST at time `sent`. The events are JSON objects, each followed by a comma,
    /// after which it ends at one of `ends`. False if the memory cannot be allocated.
    pub(crate) fn write(
        &self,
        sent: SystemTime,
        events: &[u8],
        ends: &[usize],
        body: &mut Vec<u8>,
    ) -> bool {
        #[cfg(not(feature = "otlp"))]
        let _ = ends;
        match self {
            Self::Envelope(frame) => frame.write(sent, events, body),
            #[cfg(feature = "otlp")]
            Self::Otlp(frame) => frame.write(sent, events, ends, body),
        }
    }
}
