//! What the derives know about an event or an enum, as `const` data.
//!
//! Everything that must agree with the declaration is rendered from these values: the JSON Schema,
//! the registry document, the disclosure. They are plain statics and allocate nothing.

pub(crate) mod build;
pub(crate) mod sentinel;

pub use self::sentinel::Sentinel;

/// One declared event: the data behind [`TelemetryEvent::DESCRIPTOR`](crate::TelemetryEvent::DESCRIPTOR).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EventDescriptor {
    /// Wire name of the event.
    pub name: &'static str,
    /// Schema version of the event, `MAJOR.MINOR`.
    pub schema_version: &'static str,
    /// The doc comment, lines joined; empty when there is none.
    pub docs: &'static str,
    /// Why the event is collected, in the terms of the registry's `eventMeta.gdpr`.
    pub gdpr: Gdpr,
    /// What the event promises never to hold: bullets of the disclosure.
    pub never: &'static [&'static str],
    /// Who answers for the event: `owner`.
    pub owner: Option<&'static str>,
    /// Link to the review of what the event collects: `review`.
    pub review: Option<&'static str>,
    /// Day after which the event needs another review, `YYYY-MM-DD`, or `never`: `expires`.
    pub expires: Option<&'static str>,
    /// The fields in declaration order, which is their order on the wire.
    pub fields: &'static [FieldDescriptor],
}

/// `eventMeta.gdpr` of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gdpr {
    /// The category of the data.
    pub category: GdprCategory,
    /// What the data is for; empty when the event does not say.
    pub purpose: &'static str,
}

/// Category of an event's data in the registry's `eventMeta.gdpr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum GdprCategory {
    /// Needed for the product to work. The default.
    #[default]
    Functional,
    /// About the technical environment.
    Technical,
    /// About how a person uses the product.
    Behavioral,
}

#[cfg(feature = "schema")]
impl GdprCategory {
    /// The word for it in the registry.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Functional => "functional",
            Self::Technical => "technical",
            Self::Behavioral => "behavioral",
        }
    }
}

/// One field of an event.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FieldDescriptor {
    /// Name of the field in the event's parameters.
    pub wire_name: &'static str,
    /// The doc comment, lines joined; empty when there is none.
    pub docs: &'static str,
    /// Type of the value on the wire.
    pub ty: FieldType,
    /// True when the builder demands a value.
    pub required: bool,
    /// True when the value is the same in every event.
    pub constant: bool,
    /// Why text whose values are not known at compile time may leave the machine.
    pub free_text: Option<&'static str>,
    /// Longest text in characters.
    pub max_len: Option<usize>,
    /// Least and greatest value that is sent as it is; an open end is infinite.
    pub range: Option<(f64, f64)>,
    /// Unit of a number.
    pub unit: Option<Unit>,
    /// First schema version with this field, `MAJOR.MINOR`; `None` for one that was always there.
    pub since: Option<&'static str>,
    pub(crate) sentinel: Option<fn() -> Sentinel>,
}

impl FieldDescriptor {
    /// The value that stands on the wire when the event gives none; `None` for a required field.
    ///
    /// For a constant field this is the constant.
    #[must_use]
    pub fn sentinel(&self) -> Option<Sentinel> {
        self.sentinel.map(|sentinel| sentinel())
    }
}

/// Type of a field's value on the wire.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum FieldType {
    /// `true` or `false`.
    Boolean,
    /// A whole number in the signed 64-bit range: the registry's `WireInteger`.
    Integer,
    /// A finite number.
    Number,
    /// Text. `None` when its values are not known at compile time, else all of them.
    Text(Option<&'static [&'static str]>),
    /// One value of a closed set that the registry knows by name.
    Enum(&'static EnumDescriptor),
    /// A list of values of one text-like type.
    List(&'static FieldType),
}

/// A wire enum: the data behind [`TelemetryEnum::DESCRIPTOR`](crate::TelemetryEnum::DESCRIPTOR).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EnumDescriptor {
    /// Key of the enum in the registry document's `definitions.types`.
    pub name: &'static str,
    /// The doc comment, lines joined; empty when there is none.
    pub docs: &'static str,
    /// The values in declaration order.
    pub values: &'static [EnumValue],
    /// The sentinel, where the enum has one.
    pub fallback: Option<&'static str>,
}

/// One value of a wire enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnumValue {
    /// The text on the wire.
    pub wire: &'static str,
    /// The doc comment, lines joined; empty when there is none.
    pub docs: &'static str,
    /// First schema version with this value, `MAJOR.MINOR`: an event of an older one writes the
    /// fallback instead. `None` for a value that was always there.
    pub since: Option<&'static str>,
    /// True for a value that no event writes any more and that is still read.
    pub retired: bool,
}

/// Unit of a number field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// `"ns"`
    Nanoseconds,
    /// `"us"`
    Microseconds,
    /// `"ms"`
    Milliseconds,
    /// `"s"`
    Seconds,
    /// `"bytes"`
    Bytes,
    /// `"tokens"`
    Tokens,
    /// `"percent"`
    Percent,
}
