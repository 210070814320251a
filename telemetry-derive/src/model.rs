//! The declaration, typed: what the attributes and the Rust item say together.

use proc_macro2::TokenStream;
use syn::{Attribute, Generics, Ident, LitStr, Type, Visibility};

use crate::{docs::Docs, krate::Krate};

/// A declared event.
pub(crate) struct Event {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    pub(crate) krate: Krate,
    pub(crate) docs: Docs,
    pub(crate) name: String,
    pub(crate) schema: String,
    pub(crate) registry: Option<RegistryKey>,
    pub(crate) gdpr: Option<Gdpr>,
    pub(crate) never: Vec<LitStr>,
    pub(crate) steward: Steward,
    pub(crate) fields: Vec<Field>,
}

/// `registry = "..."`, and the literals that its check underlines.
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

/// Who answers for an event: `owner`, `review`, `expires`.
pub(crate) struct Steward {
    pub(crate) owner: Option<LitStr>,
    pub(crate) review: Option<LitStr>,
    pub(crate) expires: Option<LitStr>,
}

/// `since = "..."`.
pub(crate) struct Since {
    pub(crate) key: Ident,
    pub(crate) literal: LitStr,
    /// Major and minor number; `None` for a text that is no version.
    pub(crate) version: Option<(u16, u16)>,
}

/// A field of an event.
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
    pub(crate) range: Option<Range>,
    pub(crate) unit: Option<Unit>,
    pub(crate) since: Option<Since>,
}

/// What stands on the wire when the program gives no value.
pub(crate) enum Presence {
    /// The program must give one.
    Required,
    /// The sentinel of the type.
    Sentinel,
    /// This value.
    Default(TokenStream),
    /// This value, whatever the program gives.
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
    /// As it is written.
    pub(crate) name: &'static str,
    /// The marker type in the runtime.
    pub(crate) marker: &'static str,
    /// The variant of the runtime's `Unit`.
    pub(crate) variant: &'static str,
    /// Last words of wire names that promise this unit.
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
    pub(crate) krate: Krate,
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

    /// True when not every event may write every value.
    pub(crate) fn is_versioned(&self) -> bool {
        self.variants
            .iter()
            .any(|variant| variant.since.is_some() || variant.retired.is_some())
    }
}
