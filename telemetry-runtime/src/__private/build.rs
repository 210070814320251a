//! Constructors of descriptors for the expansions of the derives: short, so that expansions stay
//! small.

use crate::event::{
    TelemetryEnum, UnknownValueError,
    descriptor::{
        EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, Gdpr, GdprCategory, RateLimit,
        place::Place,
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
