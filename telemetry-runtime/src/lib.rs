//! Anonymous usage events that cannot drift from their published schema.

// The derives expand to paths that start with the crate's name; its own tests and docs need it too.
#[cfg(feature = "derive")]
extern crate self as telemetry_runtime;

#[cfg(feature = "audit")]
mod audit;
#[cfg(feature = "consent")]
pub mod consent;
mod descriptor;
mod envelope;
mod event;
mod field;
#[cfg(any(feature = "audit", feature = "consent"))]
mod files;
mod json;
mod time;
mod visit;

#[cfg(feature = "audit")]
pub use audit::{AuditLog, NotAudited};
pub use descriptor::{
    EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, Gdpr, GdprCategory,
    Sentinel, Unit,
};
pub use envelope::{
    EmptyBatch, EnvelopeBuilder, EnvelopeContext, EventKeyOrder, SchemaVersionMismatch,
};
pub use event::{TelemetryEnum, TelemetryEvent, UnknownValue};
pub use field::{ClosedField, HasDefault, HasSentinel, RangedField, TelemetryField, TextField};
pub use json::Parameters;
#[cfg(feature = "derive")]
pub use telemetry_derive::{TelemetryEnum, TelemetryEvent};
pub use time::Timestamp;
pub use visit::FieldVisitor;

#[doc(hidden)]
pub mod __private;
