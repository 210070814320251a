//! The typed declaration: attributes and Rust item combined.

use proc_macro2::TokenStream;
use syn::{Attribute, Generics, Ident, LitStr, Type, Visibility};

use crate::{crate_path::CratePath, docs::Docs};

/// The kind of a declared struct.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `TelemetryEvent`
    Event,
    /// `TelemetryFields`
    Part,
}

impl Kind {
    /// The kind in messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Part => "part",
        }
    }

    /// The derive and the trait.
    pub(crate) fn derive(self) -> &'static str {
        match self {
            Self::Event => "TelemetryEvent",
            Self::Part => "TelemetryFields",
        }
    }
}

/// The struct of an event or of a part.
pub(crate) struct Struct {
    pub(crate) kind: Kind,
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    pub(crate) crate_path: CratePath,
    pub(crate) docs: Docs,
    /// The fields without `flatten`.
    pub(crate) fields: Vec<Field>,
    /// The fields with `flatten`.
    pub(crate) parts: Vec<Part>,
}

/// A field of a struct, with or without `flatten`.
#[derive(Clone, Copy)]
pub(crate) enum Member<'s> {
    Field(&'s Field),
    Part(&'s Part),
}

impl<'s> Member<'s> {
    pub(crate) fn ident(self) -> &'s Ident {
        match self {
            Self::Field(field) => &field.ident,
            Self::Part(part) => &part.ident,
        }
    }

    pub(crate) fn ty(self) -> &'s Type {
        match self {
            Self::Field(field) => &field.ty,
            Self::Part(part) => &part.ty,
        }
    }
}

impl Struct {
    /// All fields in declaration order.
    pub(crate) fn members(&self) -> Vec<Member<'_>> {
        let mut members: Vec<_> = self.fields.iter().map(Member::Field).collect();
        // From the last part to the first, so that the positions of the others stay right.
        for part in self.parts.iter().rev() {
            members.insert(part.position.min(members.len()), Member::Part(part));
        }
        members
    }
}

/// A declared event.
pub(crate) struct Event {
    pub(crate) item: Struct,
    pub(crate) name: String,
    pub(crate) schema: String,
    pub(crate) registry: Option<RegistryKey>,
    pub(crate) gdpr: Option<Gdpr>,
    pub(crate) never: Vec<LitStr>,
    pub(crate) limit: Option<Limit>,
    pub(crate) ownership: Ownership,
}

/// `registry = "..."`, and the literals that the errors of its check underline.
pub(crate) struct RegistryKey {
    pub(crate) path: LitStr,
    pub(crate) name: Option<LitStr>,
    pub(crate) schema: Option<LitStr>,
}

/// `gdpr(...)`; the category is a variant of `GdprCategory`.
pub(crate) struct Gdpr {
    pub(crate) category: &'static str,
    pub(crate) purpose: String,
}

/// `limit = "100/min"`.
pub(crate) struct Limit {
    pub(crate) events: u32,
    pub(crate) window_secs: u64,
}

/// Responsibility for an event: `owner`, `review`, `expires`.
pub(crate) struct Ownership {
    pub(crate) owner: Option<LitStr>,
    pub(crate) review: Option<LitStr>,
    pub(crate) expires: Option<LitStr>,
}

/// `since = "..."`, or `retired = "..."` of a field.
pub(crate) struct Since {
    pub(crate) key: Ident,
    pub(crate) literal: LitStr,
    /// Major and minor number; `None` if the text is not a version.
    pub(crate) version: Option<(u16, u16)>,
}

/// A field with `flatten`: the fields of its type are fields of the struct.
pub(crate) struct Part {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) docs: Docs,
    pub(crate) deprecated: Option<Attribute>,
    pub(crate) prefix: Option<LitStr>,
    /// The number of fields without `flatten` before it.
    pub(crate) position: usize,
}

/// A field of an event or of a part.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) docs: Docs,
    pub(crate) deprecated: Option<Attribute>,
    pub(crate) wire: String,
    pub(crate) rename: Option<LitStr>,
    pub(crate) presence: Presence,
    pub(crate) free_text: Option<LitStr>,
    pub(crate) max_len: Option<(Ident, usize)>,
    pub(crate) max_items: Option<usize>,
    pub(crate) range: Option<Range>,
    pub(crate) unit: Option<Unit>,
    pub(crate) since: Option<Since>,
    /// The first version whose events contain only the default.
    pub(crate) retired: Option<Since>,
    /// The question that the field answers.
    pub(crate) why: Option<LitStr>,
}

/// The value on the wire when the program sets none.
pub(crate) enum Presence {
    /// The program must set one.
    Required,
    /// The sentinel of the type.
    Sentinel,
    /// This value.
    Default(TokenStream),
    /// Always this value; the program cannot set another.
    Constant(TokenStream),
}

/// `range(...)`; an open end is infinite.
pub(crate) struct Range {
    pub(crate) key: Ident,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// A unit of `unit = "..."`.
#[derive(Clone, Copy)]
pub(crate) struct Unit {
    /// The name in `unit = "..."`.
    pub(crate) name: &'static str,
    /// The marker type in the runtime.
    pub(crate) marker: &'static str,
    /// The variant of the runtime's `Unit`.
    pub(crate) variant: &'static str,
    /// Last words of wire names that imply this unit.
    pub(crate) suffixes: &'static [&'static str],
}

pub(crate) const UNITS: &[Unit] = &[
    Unit {
        name: "ns",
        marker: "Ns",
        variant: "Nanoseconds",
        suffixes: &["ns", "nanos", "nanoseconds"],
    },
    Unit {
        name: "us",
        marker: "Us",
        variant: "Microseconds",
        suffixes: &["us", "micros", "microseconds"],
    },
    Unit {
        name: "ms",
        marker: "Ms",
        variant: "Milliseconds",
        suffixes: &["ms", "millis", "milliseconds"],
    },
    Unit {
        name: "s",
        marker: "S",
        variant: "Seconds",
        suffixes: &["s", "sec", "secs", "seconds"],
    },
    Unit {
        name: "bytes",
        marker: "Bytes",
        variant: "Bytes",
        suffixes: &["bytes"],
    },
    Unit {
        name: "tokens",
        marker: "Tokens",
        variant: "Tokens",
        suffixes: &["tokens"],
    },
    Unit {
        name: "percent",
        marker: "Percent",
        variant: "Percent",
        suffixes: &["percent", "pct"],
    },
];

/// A wire enum.
pub(crate) struct Enum {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    pub(crate) crate_path: CratePath,
    pub(crate) docs: Docs,
    pub(crate) name: String,
    pub(crate) variants: Vec<Variant>,
}

/// A value of a wire enum.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) docs: Docs,
    pub(crate) wire: String,
    pub(crate) fallback: Option<Ident>,
    pub(crate) since: Option<Since>,
    pub(crate) retired: Option<Ident>,
}

impl Enum {
    pub(crate) fn fallback(&self) -> Option<&Variant> {
        self.variants
            .iter()
            .find(|variant| variant.fallback.is_some())
    }

    /// True if some events must not write some of the values.
    pub(crate) fn is_versioned(&self) -> bool {
        self.variants
            .iter()
            .any(|variant| variant.since.is_some() || variant.retired.is_some())
    }
}
