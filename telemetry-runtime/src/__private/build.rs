//! Constructors of descriptors for the expansions of the derives: short, so that expansions stay
//! small.

use crate::event::{
    TelemetryEnum, UnknownValueError,
    descriptor::{
        EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, Gdpr, GdprCategory,
        RateLimit, Sentinel, Unit, Unset, place::Place,
    },
};

/// A descriptor and the setters of its optional parts. The descriptor is the field `0`.
#[derive(Debug, Clone, Copy)]
pub struct Build<T>(pub T);

#[must_use]
pub const fn event_descriptor(
    name: &'static str,
    schema_version: &'static str,
    docs: &'static str,
    fields: &'static [FieldDescriptor],
) -> Build<EventDescriptor> {
    let gdpr = Gdpr {
        category: GdprCategory::Functional,
        purpose: "",
    };
    Build(EventDescriptor {
        name,
        schema_version,
        docs,
        gdpr,
        never: &[],
        limit: None,
        owner: None,
        review: None,
        expires: None,
        fields,
        place: Place::UNKNOWN,
    })
}

impl Build<EventDescriptor> {
    #[must_use]
    pub const fn at(mut self, place: Place) -> Self {
        self.0.place = place;
        self
    }

    #[must_use]
    pub const fn gdpr(mut self, category: GdprCategory, purpose: &'static str) -> Self {
        self.0.gdpr = Gdpr { category, purpose };
        self
    }

    #[must_use]
    pub const fn never(mut self, bullets: &'static [&'static str]) -> Self {
        self.0.never = bullets;
        self
    }

    #[must_use]
    pub const fn limit(mut self, events: u32, window_secs: u64) -> Self {
        self.0.limit = Some(RateLimit::new(events, window_secs));
        self
    }

    #[must_use]
    pub const fn owner(mut self, owner: &'static str) -> Self {
        self.0.owner = Some(owner);
        self
    }

    #[must_use]
    pub const fn review(mut self, link: &'static str) -> Self {
        self.0.review = Some(link);
        self
    }

    #[must_use]
    pub const fn expires(mut self, day: &'static str) -> Self {
        self.0.expires = Some(day);
        self
    }
}

/// A field without a name.
#[must_use]
pub const fn field_descriptor(
    ty: FieldType,
    sentinel: Option<fn() -> Sentinel>,
) -> Build<FieldDescriptor> {
    Build(FieldDescriptor::of(ty, sentinel))
}

impl Build<FieldDescriptor> {
    #[must_use]
    pub const fn at(mut self, place: Place) -> Self {
        self.0.place = place;
        self
    }

    #[must_use]
    pub const fn named(mut self, wire_name: &'static str, docs: &'static str) -> Self {
        self.0.wire_name = wire_name;
        self.0.docs = docs;
        self
    }

    /// Makes the field optional, with the sentinel of its type.
    #[must_use]
    pub const fn or_sentinel(mut self, sentinel: fn() -> Sentinel) -> Self {
        self.0.required = false;
        self.0.sentinel = Some(sentinel);
        self
    }

    /// Makes the field optional, with this value instead of the type's sentinel.
    #[must_use]
    pub const fn or(mut self, default: fn() -> Sentinel) -> Self {
        self.0.has_default = true;
        self.or_sentinel(default)
    }

    /// The number of the sentinel or default.
    #[must_use]
    pub const fn number(mut self, number: f64) -> Self {
        if !matches!(self.0.unset, Unset::Invalid) {
            self.0.unset = Unset::Number(number);
        }
        self
    }

    #[must_use]
    pub const fn constant(mut self) -> Self {
        self.0.constant = true;
        self
    }

    #[must_use]
    pub const fn free_text(mut self, reason: &'static str) -> Self {
        self.0.free_text = Some(reason);
        self
    }

    #[must_use]
    pub const fn max_len(mut self, characters: usize) -> Self {
        self.0.max_len = Some(characters);
        self
    }

    #[must_use]
    pub const fn max_items(mut self, items: usize) -> Self {
        self.0.max_items = Some(items);
        self
    }

    #[must_use]
    pub const fn range(mut self, min: f64, max: f64) -> Self {
        self.0.range = Some((min, max));
        self
    }

    #[must_use]
    pub const fn unit(mut self, unit: Unit) -> Self {
        self.0.unit = Some(unit);
        self
    }

    #[must_use]
    pub const fn since(mut self, version: &'static str) -> Self {
        self.0.since = Some(version);
        self
    }

    #[must_use]
    pub const fn retired(mut self, version: &'static str) -> Self {
        self.0.retired = Some(version);
        self
    }

    #[must_use]
    pub const fn why(mut self, question: &'static str) -> Self {
        self.0.why = Some(question);
        self
    }
}

#[must_use]
pub const fn enum_descriptor(
    name: &'static str,
    docs: &'static str,
    values: &'static [EnumValue],
    fallback: Option<&'static str>,
) -> EnumDescriptor {
    EnumDescriptor {
        name,
        docs,
        values,
        fallback,
    }
}

#[must_use]
pub const fn enum_value(wire: &'static str, docs: &'static str) -> Build<EnumValue> {
    Build(EnumValue {
        wire,
        docs,
        since: None,
        retired: false,
    })
}

impl Build<EnumValue> {
    #[must_use]
    pub const fn since(mut self, version: &'static str) -> Self {
        self.0.since = Some(version);
        self
    }

    #[must_use]
    pub const fn retired(mut self) -> Self {
        self.0.retired = true;
        self
    }
}

/// The error of an enum's `FromStr`.
#[must_use]
pub fn unknown_value<E: TelemetryEnum>() -> UnknownValueError {
    UnknownValueError::of::<E>()
}
