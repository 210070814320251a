//! Declarations of events and enums as `const` data.
//!
//! The JSON Schema, the registry document and the disclosure are rendered from these values, so that
//! they agree with the declaration. Descriptors are statics without allocations.

pub(crate) mod limit;
pub(crate) mod place;
pub(crate) mod sentinel;

use self::place::{Edges, Place};
pub use self::{limit::RateLimit, sentinel::Sentinel};
use super::schema_version::SchemaVersion;

/// One declared event: the data behind [`TelemetryEvent::DESCRIPTOR`](crate::TelemetryEvent::DESCRIPTOR).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EventDescriptor {
    /// Wire name of the event.
    pub name: &'static str,
    /// Schema version of the event, `MAJOR.MINOR`.
    pub schema_version: &'static str,
    /// The doc comment with its lines joined; empty if there is none.
    pub docs: &'static str,
    /// Category and purpose of the data: the registry's `eventMeta.gdpr`.
    pub gdpr: Gdpr,
    /// Data that the event never contains: bullets of the disclosure.
    pub never: &'static [&'static str],
    /// Most events that a client accepts in a window of time: `limit`. `None` if there is no limit.
    pub limit: Option<RateLimit>,
    /// Owner of the event: `owner`.
    pub owner: Option<&'static str>,
    /// Link to the review of the collected data: `review`.
    pub review: Option<&'static str>,
    /// Last day before the next review, `YYYY-MM-DD`, or `never`: `expires`.
    pub expires: Option<&'static str>,
    /// The fields in declaration order, which is their order on the wire.
    pub fields: &'static [FieldDescriptor],
    pub(crate) place: Place,
}

impl EventDescriptor {
    /// True if both describe the same event. The compiler can copy the descriptor of one event into
    /// several crates, so descriptors at different addresses are compared by name and schema version.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
            || (self.name == other.name && self.schema_version == other.schema_version)
    }
}

/// `eventMeta.gdpr` of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gdpr {
    /// Category of the data.
    pub category: GdprCategory,
    /// Purpose of the data; empty if not declared.
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
    /// About the use of the product.
    Behavioral,
}

#[cfg(feature = "schema")]
impl GdprCategory {
    /// The text in the registry document.
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
    /// The doc comment with its lines joined; empty if there is none.
    pub docs: &'static str,
    /// Type of the value on the wire.
    pub ty: FieldType,
    /// True if the builder requires a value.
    pub required: bool,
    /// True if the value is the same in every event.
    pub constant: bool,
    /// The reason for sending text whose values are not known at compile time.
    pub free_text: Option<&'static str>,
    /// Maximum length of text in characters.
    pub max_len: Option<usize>,
    /// Maximum number of items in a list.
    pub max_items: Option<usize>,
    /// Minimum and maximum of the values that are sent unchanged; an open end is infinite.
    pub range: Option<(f64, f64)>,
    /// Unit of a number.
    pub unit: Option<Unit>,
    /// First schema version with this field, `MAJOR.MINOR`; `None` if it has always existed.
    pub since: Option<&'static str>,
    /// First schema version whose events contain only the sentinel, `MAJOR.MINOR`: `retired`. `None` for a
    /// field that programs set.
    pub retired: Option<&'static str>,
    /// The question that the field answers: `why`.
    pub why: Option<&'static str>,
    pub(crate) sentinel: Option<fn() -> Sentinel>,
    pub(crate) unset: Unset,
    /// True if `sentinel` is the value of `default` or `constant`.
    pub(crate) has_default: bool,
    #[cfg_attr(not(feature = "schema"), expect(dead_code, reason = "it is empty"))]
    pub(crate) edges: Edges,
    pub(crate) place: Place,
}

/// The value of a field that is not set, where it is known at compile time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unset {
    /// Not known.
    Unknown,
    /// This number. Ignored for other types than numbers.
    Number(f64),
    /// The type cannot be a field. It has an error of its own, so no check needs to report it.
    Invalid,
}

impl FieldDescriptor {
    /// A field without a name. The sentinel is a function because its value may need an allocation.
    pub(crate) const fn of(ty: FieldType, sentinel: Option<fn() -> Sentinel>) -> Self {
        Self {
            wire_name: "",
            docs: "",
            ty,
            required: sentinel.is_none(),
            constant: false,
            free_text: None,
            max_len: None,
            max_items: None,
            range: None,
            unit: None,
            since: None,
            retired: None,
            why: None,
            sentinel,
            unset: Unset::Unknown,
            has_default: false,
            edges: Edges::NONE,
            place: Place::UNKNOWN,
        }
    }

    /// True if the value is the same in every event: that of a constant or of a retired field.
    #[cfg(any(feature = "schema", feature = "testing"))]
    pub(crate) const fn is_fixed(&self) -> bool {
        self.constant || self.retired.is_some()
    }

    /// The fields of each item that an event can contain. A retired list has no items.
    #[cfg(feature = "schema")]
    pub(crate) fn sent_item_fields(&self) -> Option<&'static [FieldDescriptor]> {
        match self.retired {
            None => self.ty.item_fields(),
            Some(_) => None,
        }
    }

    /// The value that is sent if the program does not set the field; `None` for a required field.
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
    /// A whole number in the signed 64-bit range: the registry's `RestrictedTelemetryInteger`.
    Integer,
    /// A finite number.
    Number,
    /// Text with its possible values, or `None` if they are not known at compile time.
    Text(Option<&'static [&'static str]>),
    /// A value of a closed set that has a name in the registry.
    Enum(&'static EnumDescriptor),
    /// A list of values of one text-like type, or of objects.
    List(&'static FieldType),
    /// An object with exactly these fields, each with a single value. Only lists contain objects.
    Object(&'static [FieldDescriptor]),
}

impl FieldType {
    /// The fields of each item, if this is a list of objects.
    pub(crate) const fn item_fields(&self) -> Option<&'static [FieldDescriptor]> {
        match self {
            Self::List(Self::Object(fields)) => Some(fields),
            _ => None,
        }
    }
}

/// A wire enum: the data behind [`TelemetryEnum::DESCRIPTOR`](crate::TelemetryEnum::DESCRIPTOR).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EnumDescriptor {
    /// Key of the enum in the registry document's `definitions.types`.
    pub name: &'static str,
    /// The doc comment with its lines joined; empty if there is none.
    pub docs: &'static str,
    /// The values in declaration order.
    pub values: &'static [EnumValue],
    /// The sentinel, if the enum has one.
    pub fallback: Option<&'static str>,
}

/// One value of a wire enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnumValue {
    /// The text on the wire.
    pub wire: &'static str,
    /// The doc comment with its lines joined; empty if there is none.
    pub docs: &'static str,
    /// First schema version with this value, `MAJOR.MINOR`; `None` if it has always existed. Events
    /// of older versions write the fallback instead.
    pub since: Option<&'static str>,
    /// True for a value that is parsed but no longer written.
    pub retired: bool,
}

impl EnumValue {
    /// False if events of this schema version write the fallback instead.
    pub(crate) fn is_written_in(&self, schema: SchemaVersion) -> bool {
        let since = self.since.and_then(SchemaVersion::parse);
        !self.retired && since.is_none_or(|since| since <= schema)
    }
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

#[cfg(feature = "schema")]
impl Unit {
    /// The text in the declaration.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Microseconds => "us",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
            Self::Bytes => "bytes",
            Self::Tokens => "tokens",
            Self::Percent => "percent",
        }
    }
}
