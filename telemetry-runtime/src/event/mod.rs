//! Events, parts of events and wire enums: the traits that the derives implement.

pub(crate) mod descriptor;
pub(crate) mod field;
pub(crate) mod fields;
pub(crate) mod schema_version;
pub(crate) mod unit;
pub(crate) mod values;
pub(crate) mod visitor;

use std::fmt;

pub use self::fields::TelemetryFields;

use self::{
    descriptor::{EnumDescriptor, EventDescriptor},
    schema_version::SchemaVersion,
    visitor::FieldVisitor,
};
use crate::wire::parameters::Parameters;

/// A declared telemetry event. Implemented by `#[derive(TelemetryEvent)]` only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a telemetry event",
    label = "not a telemetry event",
    note = "declare it: `#[derive(TelemetryEvent)] #[event(name = \"...\", schema = \"1.0\")]`; a builder becomes an event with `.build()`"
)]
pub trait TelemetryEvent {
    /// Wire name of the event.
    const EVENT_NAME: &'static str = Self::DESCRIPTOR.name;
    /// Schema version of the event, `MAJOR.MINOR`: the envelope's `eventSchemaVer`.
    const SCHEMA_VERSION: &'static str = Self::DESCRIPTOR.schema_version;
    /// The declaration of the event as data.
    const DESCRIPTOR: &'static EventDescriptor;

    /// JSON Schema (draft-07) of the event in the layout of a registry document.
    #[cfg(feature = "schema")]
    #[must_use]
    fn json_schema() -> String {
        crate::schema::event_schema::event_json_schema(Self::DESCRIPTOR)
    }

    /// Without the feature `schema` the method cannot be called.
    ///
    /// ```compile_fail,E0277
    /// # #[cfg(feature = "schema")] compile_error!("the method exists");
    /// # use telemetry_runtime::TelemetryEvent;
    /// fn schema<E: TelemetryEvent>() -> String {
    ///     E::json_schema()
    /// }
    /// ```
    #[cfg(not(feature = "schema"))]
    #[doc(hidden)]
    #[must_use]
    fn json_schema() -> String
    where
        Self: WithSchema,
    {
        String::new()
    }

    /// Passes every field to `visitor` in wire order.
    #[doc(hidden)]
    fn visit<V: FieldVisitor>(&self, visitor: &mut V);

    /// The event's parameters, for serialization with serde or as JSON text.
    fn parameters(&self) -> Parameters<'_, Self>
    where
        Self: Sized,
    {
        Parameters::of(self)
    }
}

/// Never implemented: the bound of `json_schema` without its feature.
#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`json_schema` needs the feature `schema` of `telemetry-runtime`",
    label = "the feature `schema` is off",
    note = "enable it in Cargo.toml: `telemetry-runtime = {{ version = \"...\", features = [\"schema\"] }}`"
)]
pub trait WithSchema {}

/// The parsed [`TelemetryEvent::SCHEMA_VERSION`].
pub(crate) const fn schema_version_of<E: TelemetryEvent>() -> SchemaVersion {
    match SchemaVersion::parse(E::SCHEMA_VERSION) {
        Some(version) => version,
        None => SchemaVersion::FIRST,
    }
}

impl<E: TelemetryEvent> TelemetryEvent for &E {
    const EVENT_NAME: &'static str = E::EVENT_NAME;
    const SCHEMA_VERSION: &'static str = E::SCHEMA_VERSION;
    const DESCRIPTOR: &'static EventDescriptor = E::DESCRIPTOR;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        (**self).visit(visitor);
    }
}

/// A closed set of wire values. Implemented by `#[derive(TelemetryEnum)]` only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a wire enum",
    note = "declare it: `#[derive(TelemetryEnum)] #[event(name = \"...Enum\")]`"
)]
pub trait TelemetryEnum: Sized + 'static {
    /// The declaration of the enum as data.
    const DESCRIPTOR: &'static EnumDescriptor;
    /// The wire values in declaration order.
    const VALUES: &'static [&'static str];

    /// The wire value as a JSON string, quotes included.
    #[doc(hidden)]
    fn quoted(&self) -> &'static str;

    /// The first schema version whose events may write this value.
    #[doc(hidden)]
    fn since(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }
}

/// The text is not a wire value of the enum: the error of its `FromStr`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownValueError {
    enum_name: &'static str,
    values: &'static [&'static str],
}

impl UnknownValueError {
    pub(crate) fn of<E: TelemetryEnum>() -> Self {
        Self {
            enum_name: E::DESCRIPTOR.name,
            values: E::VALUES,
        }
    }
}

impl fmt::Display for UnknownValueError {
    // The rejected text is not repeated: it may be personal data, and errors are often logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not a value of `{}`; expected one of: {}",
            self.enum_name,
            self.values.join(", ")
        )
    }
}

impl std::error::Error for UnknownValueError {}
