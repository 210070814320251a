//! What the derives know about an event or an enum, as `const` data.
//!
//! Everything that must agree with the declaration is rendered from these values: the JSON Schema,
//! the registry document, the disclosure. They are plain statics and allocate nothing.

use std::borrow::Cow;

use crate::{TelemetryField, visit::FieldVisitor, visit::Key};

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
    /// A whole number in the signed 64-bit range: the registry's `RestrictedTelemetryInteger`.
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
}

/// The value that says "unknown" on the wire.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Sentinel {
    /// Of a boolean field.
    Boolean(bool),
    /// Of an integer field.
    Integer(i64),
    /// Of a number field.
    Number(f64),
    /// Of a text or enum field.
    Text(Cow<'static, str>),
    /// Of a list field.
    List(Vec<String>),
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

// The constructors below are what the derives expand to: short, so that expansions stay small.

impl EventDescriptor {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        schema_version: &'static str,
        docs: &'static str,
        fields: &'static [FieldDescriptor],
    ) -> Self {
        let gdpr = Gdpr {
            category: GdprCategory::Functional,
            purpose: "",
        };
        Self {
            name,
            schema_version,
            docs,
            gdpr,
            never: &[],
            fields,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn gdpr(mut self, category: GdprCategory, purpose: &'static str) -> Self {
        self.gdpr = Gdpr { category, purpose };
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn never(mut self, bullets: &'static [&'static str]) -> Self {
        self.never = bullets;
        self
    }
}

impl FieldDescriptor {
    /// A field whose sentinel is known only when asked for: its value may need an allocation.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        wire_name: &'static str,
        docs: &'static str,
        ty: FieldType,
        sentinel: Option<fn() -> Sentinel>,
    ) -> Self {
        Self {
            wire_name,
            docs,
            ty,
            required: sentinel.is_none(),
            constant: false,
            free_text: None,
            max_len: None,
            range: None,
            unit: None,
            sentinel,
        }
    }

    /// The same field under its own name.
    #[doc(hidden)]
    #[must_use]
    pub const fn named(mut self, wire_name: &'static str, docs: &'static str) -> Self {
        self.wire_name = wire_name;
        self.docs = docs;
        self
    }

    /// The same field with another value in place of the sentinel.
    #[doc(hidden)]
    #[must_use]
    pub const fn or(mut self, sentinel: fn() -> Sentinel) -> Self {
        self.required = false;
        self.sentinel = Some(sentinel);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn constant(mut self) -> Self {
        self.constant = true;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn free_text(mut self, reason: &'static str) -> Self {
        self.free_text = Some(reason);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn max_len(mut self, characters: usize) -> Self {
        self.max_len = Some(characters);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn range(mut self, min: f64, max: f64) -> Self {
        self.range = Some((min, max));
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }
}

impl EnumDescriptor {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        docs: &'static str,
        values: &'static [EnumValue],
        fallback: Option<&'static str>,
    ) -> Self {
        Self {
            name,
            docs,
            values,
            fallback,
        }
    }
}

impl EnumValue {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(wire: &'static str, docs: &'static str) -> Self {
        Self { wire, docs }
    }
}

impl Sentinel {
    /// The wire value of `value`, whatever its type.
    #[doc(hidden)]
    #[must_use]
    pub fn of<T: TelemetryField>(value: &T) -> Option<Self> {
        let mut capture = Capture(None);
        value.visit("", &mut capture);
        capture.0
    }
}

struct Capture(Option<Sentinel>);

impl crate::visit::Sealed for Capture {}

impl FieldVisitor for Capture {
    fn boolean(&mut self, _: Key, value: bool) {
        self.0 = Some(Sentinel::Boolean(value));
    }
    fn integer(&mut self, _: Key, value: i64) {
        self.0 = Some(Sentinel::Integer(value));
    }
    fn number(&mut self, _: Key, value: f64) {
        self.0 = Some(Sentinel::Number(value));
    }
    fn text(&mut self, _: Key, value: &str) {
        self.0 = Some(Sentinel::Text(Cow::Owned(value.to_owned())));
    }
    fn quoted(&mut self, _: Key, value: &'static str) {
        self.0 = Some(Sentinel::Text(Cow::Borrowed(crate::visit::unquote(value))));
    }
    fn list<'i>(&mut self, _: Key, items: impl Iterator<Item = &'i str>) {
        self.0 = Some(Sentinel::List(items.map(str::to_owned).collect()));
    }
    fn coerced(&mut self) {}
}
