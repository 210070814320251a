//! The format of a line in the audit log.

/// The content of a line in the audit log, set by [`Product::audit_format`](crate::Product).
///
/// The values are equal to those on the wire. Characters that control a terminal are escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AuditFormat {
    /// `{"ts":...,"name":...,"eventSchemaVer":...,"parameters":{...}}`, with the names of the wire.
    #[default]
    Event,
    /// Only the object of the parameters, as in NeMo Guardrails.
    Parameters,
}
