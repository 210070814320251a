//! The format of a line in the audit log.

/// The content of a line in the audit log, set by [`Product::audit_format`](crate::Product).
///
/// The values are equal to those on the wire. Characters that control a terminal are escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AuditFormat {
    /// `{"ts":...,"name":...,"eventSchemaVer":...,"parameters":{...}}`, with the names of the wire. For OTLP
    /// `{"schemaUrl":...,"timeUnixNano":...,"severityNumber":9,"eventName":...,"attributes":[...]}`.
    #[default]
    Event,
    /// Only the object of the parameters, as in NeMo Guardrails. For OTLP only the list of the attributes.
    Parameters,
}
