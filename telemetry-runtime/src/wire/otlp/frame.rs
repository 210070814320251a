//! The text around the records of a request: one resource and one scope.

use std::time::SystemTime;

use super::record::SentTime;
use crate::{
    util::platform::cpu_architecture,
    wire::{constants::UNDEFINED, context::EnvelopeContext, json::escape::push_string},
};

/// The attributes of the resource, each with its meaning. An attribute without a value is left out.
pub(crate) const RESOURCE: [(&str, ResourceValue); 5] = [
    ("service.name", ResourceValue::Product),
    ("service.version", ResourceValue::ClientVersion),
    ("service.instance.id", ResourceValue::SessionId),
    ("host.arch", ResourceValue::CpuArchitecture),
    ("telemetry.client_id", ResourceValue::ClientId),
];

/// Source of the value of an attribute.
#[derive(Clone, Copy)]
pub(crate) enum ResourceValue {
    Product,
    ClientVersion,
    SessionId,
    CpuArchitecture,
    ClientId,
}

impl ResourceValue {
    fn text(self, context: &EnvelopeContext) -> &str {
        match self {
            Self::Product => context.product,
            Self::ClientVersion => &context.client_version,
            Self::SessionId => &context.session_id,
            Self::CpuArchitecture => cpu_architecture(),
            Self::ClientId => &context.client_id,
        }
    }
}

const END: &[u8] = b"]}]}]}";

/// The text before the records. The text after them is always the same.
#[derive(Debug, Clone)]
pub(crate) struct OtlpFrame {
    before: Vec<u8>,
}

impl OtlpFrame {
    pub(crate) fn render(context: &EnvelopeContext) -> Self {
        let mut before = b"{\"resourceLogs\":[{\"resource\":{\"attributes\":[".to_vec();
        for (key, value) in RESOURCE {
            let text = value.text(context);
            if text == UNDEFINED {
                continue;
            }
            before.extend(b"{\"key\":");
            push_string(key, &mut before);
            before.extend(b",\"value\":{\"stringValue\":");
            push_string(text, &mut before);
            before.extend(b"}},");
        }
        if before.ends_with(b",") {
            before.pop();
        }
        before.extend(b"]},\"scopeLogs\":[{\"scope\":{");
        let system = &*context.system_version;
        if system != UNDEFINED {
            let (name, version) = system.split_once('/').unwrap_or((system, ""));
            before.extend(b"\"name\":");
            push_string(name, &mut before);
            if !version.is_empty() {
                before.extend(b",\"version\":");
                push_string(version, &mut before);
            }
        }
        before.extend(b"},\"schemaUrl\":");
        push_string(&context.schema_version, &mut before);
        before.extend(b",\"logRecords\":[");
        Self { before }
    }

    /// The text before the records.
    #[cfg(feature = "spool")]
    pub(crate) fn into_part(self) -> Vec<u8> {
        self.before
    }

    /// The frame with this text.
    #[cfg(feature = "spool")]
    pub(crate) fn from_part(before: Vec<u8>) -> Self {
        Self { before }
    }

    /// Writes the body of a POST at time `sent`. The records are JSON objects, each followed by a comma,
    /// after which it ends at one of `ends`. False if the memory cannot be allocated.
    pub(crate) fn write(
        &self,
        sent: SystemTime,
        records: &[u8],
        ends: &[usize],
        body: &mut Vec<u8>,
    ) -> bool {
        body.clear();
        // The next body in this memory may be longer.
        let bytes = self.before.len() + records.len() + END.len();
        if body.capacity() < bytes && body.try_reserve_exact(bytes + bytes / 8).is_err() {
            return false;
        }
        body.extend(&self.before);
        body.extend(records);
        let sent = SentTime::of(sent);
        let written = body.get_mut(self.before.len()..).unwrap_or_default();
        let starts = [0].into_iter().chain(ends.iter().copied());
        for start in starts.take(ends.len()) {
            sent.write(start, written);
        }
        if body.ends_with(b",") {
            body.pop();
        }
        body.extend(END);
        true
    }
}
