//! Anonymous usage events that cannot drift from their published schema.

// The derives expand to paths that start with the crate's name; its own tests and docs need it too.
#[cfg(feature = "derive")]
extern crate self as telemetry_runtime;

mod descriptor;
mod event;
mod field;
mod unit;
mod visit;

pub use descriptor::{
    EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, Gdpr, GdprCategory,
    Sentinel, Unit,
};
pub use event::{TelemetryEnum, TelemetryEvent, UnknownValue};
pub use field::{ClosedField, HasDefault, HasSentinel, RangedField, TelemetryField, TextField};
#[cfg(feature = "derive")]
pub use telemetry_derive::{TelemetryEnum, TelemetryEvent};
pub use unit::InUnit;
pub use visit::FieldVisitor;

#[doc(hidden)]
pub mod __private;
