//! The typed declaration: attributes and Rust item combined.

use proc_macro2::TokenStream;
use syn::{Attribute, Generics, Ident, LitStr, Type, Visibility};

use crate::{crate_path::CratePath, docs::Docs};

/// A declared event.
pub(crate) struct Event {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    pub(crate) crate_path: CratePath,
    pub(crate) docs: Docs,
    pub(crate) name: String,
    pub(crate) schema: String,
    pub(crate) registry: Option<RegistryKey>,
    pub(crate) gdpr: Option<Gdpr>,
    pub(crate) never: Vec<LitStr>,
    pub(crate) limit: Option<Limit>,
    pub(crate) ownership: Ownership,
    pub(crate) fields: Vec<Field>,
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

/// `since = "..."`.
pub(crate) struct Since {
    pub(crate) key: Ident,
    pub(crate) literal: LitStr,
    /// Major and minor number; `None` if the text is not a version.
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
