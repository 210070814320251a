//! The constructors that the derives expand to: short, so that expansions stay small.

use super::{
    EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, Gdpr, GdprCategory,
    Unit, sentinel::Sentinel,
};

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
            owner: None,
            review: None,
            expires: None,
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

    #[doc(hidden)]
    #[must_use]
    pub const fn owner(mut self, owner: &'static str) -> Self {
        self.owner = Some(owner);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn review(mut self, link: &'static str) -> Self {
        self.review = Some(link);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn expires(mut self, day: &'static str) -> Self {
        self.expires = Some(day);
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
            since: None,
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

    #[doc(hidden)]
    #[must_use]
    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = Some(version);
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
        Self {
            wire,
            docs,
            since: None,
            retired: false,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = Some(version);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn retired(mut self) -> Self {
        self.retired = true;
        self
    }
}
