//! Whether telemetry is on, and which signal decided.

pub(crate) mod gate;
pub(crate) mod stored;
pub(crate) mod variables;

use std::{borrow::Cow, ffi::OsString, fmt};

use self::{
    stored::{Marker, StoredAnswer},
    variables::printable_value,
};
use crate::product::{Product, enable_variable};

/// Which signal decided whether telemetry is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecisionSource {
    /// The program: [`disabled`](crate::ClientBuilder::disabled), [`opt_out`](crate::Client::opt_out).
    Program,
    /// One of the product's opt-out variables.
    OptOutVariable,
    /// The product's enable variable, or the family's where the product has none.
    EnableVariable,
    /// `DO_NOT_TRACK`.
    DoNotTrack,
    /// `NEMO_TELEMETRY_ENABLED` of the product family.
    FamilyVariable,
    /// The product's marker file is there.
    MarkerFile,
    /// The consent file, or the answer that was given in this run.
    Consent,
    /// A continuous integration system.
    Ci,
    /// A test runner.
    TestRunner,
    /// Nothing said anything: the product's default.
    ProductDefault,
    /// The configuration cannot work: no endpoint, or one that is refused.
    Misconfigured,
}

/// Whether telemetry is on, which signal decided, and a sentence about it for people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// True when events are recorded and sent.
    pub on: bool,
    /// The signal that decided.
    pub source: DecisionSource,
    /// Such as "off: DO_NOT_TRACK=1 is set".
    pub sentence: Cow<'static, str>,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl Decision {
    /// Off because the program said so.
    pub(crate) const PROGRAM: Self = Self {
        on: false,
        source: DecisionSource::Program,
        sentence: Cow::Borrowed("off: the program turned telemetry off"),
    };

    /// Off because the program said so later.
    pub(crate) const OPTED_OUT: Self = Self {
        on: false,
        source: DecisionSource::Program,
        sentence: Cow::Borrowed("off: opted out while the program was running"),
    };

    /// Off because the configuration cannot work; `why` is a sentence without secrets.
    pub(crate) fn misconfigured(why: impl fmt::Display) -> Self {
        Self {
            on: false,
            source: DecisionSource::Misconfigured,
            sentence: Cow::Owned(format!("off: {why}")),
        }
    }

    fn by_variable(on: bool, source: DecisionSource, name: &str, value: &OsString) -> Self {
        let state = if on { "on" } else { "off" };
        let shown = match printable_value(value) {
            Some(value) => format!("{state}: {name}={value} is set"),
            None => format!("{state}: {name} is set"),
        };
        Self {
            on,
            source,
            sentence: Cow::Owned(shown),
        }
    }

    fn by_consent(answer: StoredAnswer) -> Self {
        Self {
            on: answer == StoredAnswer::Yes,
            source: DecisionSource::Consent,
            sentence: Cow::Borrowed(match answer {
                StoredAnswer::Yes => "on: you agreed to telemetry",
                StoredAnswer::No => "off: you declined telemetry",
                StoredAnswer::Invalid => "off: the consent file is not valid",
                StoredAnswer::Unreadable => "off: the consent file cannot be read",
            }),
        }
    }

    fn by_marker(marker: Marker, path_in_home: &str) -> Option<Self> {
        let state = match marker {
            Marker::Absent => return None,
            Marker::Present => "is there",
            Marker::Unknown => "cannot be checked",
        };
        Some(Self {
            on: false,
            source: DecisionSource::MarkerFile,
            sentence: Cow::Owned(format!("off: the file ~/{path_in_home} {state}")),
        })
    }

    fn by_default(product: &Product) -> Self {
        let (name, variable) = (product.name, enable_variable(product));
        let sentence = if product.is_on_by_default() {
            format!("on: the default of {name}")
        } else if product.is_consent_required() {
            format!("off: a person has to agree first, or {variable}=1 turns it on")
        } else {
            format!("off: the default of {name}; {variable}=1 turns it on")
        };
        Self {
            on: product.is_on_by_default(),
            source: DecisionSource::ProductDefault,
            sentence: Cow::Owned(sentence),
        }
    }
}
