//! The line of one event in the audit log.

use crate::{
    product::audit_format::AuditFormat, util::terminal::escape_controls,
    wire::envelope::EventKeyOrder,
};

/// Appends the line of an event that is encoded for the envelope. False if its form is unexpected or
/// the memory cannot be allocated; then `lines` is unchanged.
pub(super) fn push_line(
    lines: &mut Vec<u8>,
    event: &[u8],
    schema_version: &str,
    order: EventKeyOrder,
    format: AuditFormat,
) -> bool {
    let Some(parts) = parts_of(event, order) else {
        return false;
    };
    let parameters = escape_controls(parts.parameters);
    // The fixed text of the line has 55 bytes.
    let length = parts.ts.len() + parts.name.len() + schema_version.len() + parameters.len() + 64;
    if lines.try_reserve(length).is_err() {
        return false;
    }
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
    true
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
