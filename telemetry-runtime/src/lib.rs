//! Anonymous usage events that cannot drift from their published schema.

// The derives expand to paths that start with the crate's name; its own tests and docs need it too.
#[cfg(feature = "derive")]
extern crate self as telemetry_runtime;

#[cfg(feature = "audit")]
mod audit;
mod client;
#[cfg(feature = "clap")]
mod command;
#[cfg(feature = "consent")]
pub mod consent;
mod const_str;
mod descriptor;
#[cfg(feature = "schema")]
mod disclosure;
mod envelope;
mod event;
mod field;
#[cfg(any(feature = "audit", feature = "consent"))]
mod files;
mod home;
mod json;
pub mod privacy;
#[cfg(feature = "schema")]
mod schema;
mod space;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
mod time;
pub mod transport;
mod unit;
mod version;
mod visit;

#[cfg(feature = "audit")]
pub use audit::{AuditLog, NotAudited};
pub use client::{
    Action, Ambiguous, Beat, Client, ClientBuilder, Decision, DropReason, DropReport, Endpoint,
    EndpointError, Flushed, Health, Loss, NotRecorded, Policy, Product, Profile, Source, Telemetry,
};
#[cfg(feature = "clap")]
pub use command::TelemetryCommand;
pub use descriptor::{
    EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, Gdpr, GdprCategory,
    Sentinel, Unit,
};
#[cfg(all(feature = "consent", feature = "schema"))]
pub use disclosure::DigestError;
#[cfg(feature = "schema")]
pub use disclosure::{Disclosure, Incomplete};
pub use envelope::{
    EmptyBatch, EnvelopeBuilder, EnvelopeContext, EventKeyOrder, SchemaVersionMismatch,
};
pub use event::{TelemetryEnum, TelemetryEvent, UnknownValue};
pub use field::{ClosedField, HasDefault, HasSentinel, RangedField, TelemetryField, TextField};
pub use home::process_environment;
pub use json::Parameters;
pub use privacy::{Allowlisted, Count, Label, LabelSet, Quantity, SessionId, Version};
#[cfg(feature = "schema")]
pub use schema::{
    CheckError, Difference, FieldClass, FieldPrivacy, PrivacyReport, Registry,
    RestrictedTelemetryInteger,
};
#[cfg(feature = "derive")]
pub use telemetry_derive::{TelemetryEnum, TelemetryEvent};
pub use time::Timestamp;
pub use unit::InUnit;
pub use visit::FieldVisitor;

#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub use privacy::macros as __privacy;
#[cfg(feature = "schema")]
#[doc(hidden)]
pub use schema::macros as __schema;
