//! The line of one event in the audit log.

#[cfg(feature = "otlp")]
use crate::wire::otlp::record;
use crate::{
    product::audit_format::AuditFormat,
    util::terminal::escape_controls,
    wire::{envelope::EventKeyOrder, rendering::Rendering},
};

/// Appends the line of an event that is encoded for a request. False if its form is unexpected or
/// the memory cannot be allocated; then `lines` is unchanged.
pub(super) fn push_line(
    lines: &mut Vec<u8>,
    event: &[u8],
    schema_version: &str,
    rendering: Rendering,
    format: AuditFormat,
) -> bool {
    let pushed = match rendering {
        Rendering::Envelope(order) => push_event(lines, event, schema_version, order, format),
        #[cfg(feature = "otlp")]
        Rendering::Otlp => push_record(lines, event, schema_version, format),
    };
    pushed.is_some()
}

/// Appends the line of an event of the envelope.
fn push_event(
    lines: &mut Vec<u8>,
    event: &[u8],
    schema_version: &str,
    order: EventKeyOrder,
    format: AuditFormat,
) -> Option<()> {
    let parts = parts_of(event, order)?;
    let parameters = escape_controls(parts.parameters);
    // The fixed text of the line has 55 bytes.
    let length = parts.ts.len() + parts.name.len() + schema_version.len() + parameters.len() + 64;
    lines.try_reserve(length).ok()?;
    if format == AuditFormat::Event {
        lines.extend(b"{\"ts\":\"");
        lines.extend(parts.ts);
        lines.extend(b"\",\"name\":\"");
        lines.extend(parts.name);
        lines.extend(b"\",\"eventSchemaVer\":\"");
        // The macro accepts only versions that need no escapes.
        lines.extend(schema_version.as_bytes());
        lines.extend(b"\",\"parameters\":");
    }
    lines.extend(&*parameters);
    if format == AuditFormat::Event {
        lines.push(b'}');
    }
    lines.push(b'\n');
    Some(())
}

/// Appends the line of a log record: its schema, and the record without its send time.
#[cfg(feature = "otlp")]
fn push_record(
    lines: &mut Vec<u8>,
    record: &[u8],
    schema_version: &str,
    format: AuditFormat,
) -> Option<()> {
    let text = match format {
        AuditFormat::Event => record::recorded(record)?,
        AuditFormat::Parameters => record::attributes(record)?,
    };
    let text = escape_controls(text);
    // The fixed text of the line has 17 bytes.
    let length = schema_version.len() + text.len() + 32;
    lines.try_reserve(length).ok()?;
    if format == AuditFormat::Event {
        lines.extend(b"{\"schemaUrl\":\"");
        lines.extend(schema_version.as_bytes());
        lines.extend(b"\",");
    }
    lines.extend(&*text);
    lines.push(b'\n');
    Some(())
}

/// The parts of an encoded event, with the same bytes as on the wire.
struct Parts<'e> {
    ts: &'e [u8],
    name: &'e [u8],
    parameters: &'e [u8],
}

/// Finds the parts by the fixed form of an event. Names and times contain no quotes, so text of the
/// event cannot be mistaken for the first `parameters` or the last `name` key.
fn parts_of(event: &[u8], order: EventKeyOrder) -> Option<Parts<'_>> {
    const KEY: &[u8] = b",\"parameters\":";
    const NAME: &[u8] = b",\"name\":\"";
    let event = event.strip_prefix(b"{\"ts\":\"")?;
    let (ts, rest) = split_at_quote(event)?;
    let (name, parameters) = match order {
        EventKeyOrder::ParametersFirst => {
            let rest = rest.strip_prefix(KEY)?;
            let end = rest.windows(NAME.len()).rposition(|part| part == NAME)?;
            let (parameters, name) = rest.split_at_checked(end)?;
            (name.strip_prefix(NAME)?.strip_suffix(b"\"}")?, parameters)
        }
        EventKeyOrder::NameFirst => {
            let (name, rest) = split_at_quote(rest.strip_prefix(NAME)?)?;
            (name, rest.strip_prefix(KEY)?.strip_suffix(b"}")?)
        }
    };
    Some(Parts {
        ts,
        name,
        parameters,
    })
}

/// The text before and after the first quote.
fn split_at_quote(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let quote = text.iter().position(|byte| *byte == b'"')?;
    let (before, rest) = text.split_at_checked(quote)?;
    Some((before, rest.get(1..)?))
}
