//! Decides whether telemetry is on, and reports which signal decided.
//!
//! `gate` evaluates the signals in their order: `administrator` reads the administrator's file,
//! `variables` defines the environment variables and the meaning of their values, `stored` reads the marker
//! file and the consent file.

#[cfg(not(feature = "off"))]
pub(crate) mod administrator;
#[cfg(not(feature = "off"))]
pub(crate) mod gate;
#[cfg(not(feature = "off"))]
pub(crate) mod stored;
#[cfg(not(feature = "off"))]
pub(crate) mod variables;

use std::{borrow::Cow, fmt};

#[cfg(not(feature = "off"))]
use self::{
    administrator::Forbidden,
    stored::{Marker, StoredAnswer},
    variables::printable_value,
};
#[cfg(not(feature = "off"))]
use crate::product::{Product, enable_variable};

/// The signal that decided whether telemetry is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecisionSource {
    /// The [administrator's file](crate::Product::administrator_folder) forbids telemetry, or cannot be
    /// read.
    AdministratorFile,
    /// The program: [`disabled`](crate::ClientBuilder::disabled), [`opt_out`](crate::Client::opt_out).
    Program,
    /// One of the product's opt-out variables.
    OptOutVariable,
    /// The product's enable variable, or the variable of its family if the product has none.
    EnableVariable,
    /// `DO_NOT_TRACK`.
    DoNotTrack,
    /// The variable of the product's [family](crate::Family).
    FamilyVariable,
    /// The product's marker file exists.
    MarkerFile,
    /// The consent file, or the answer that was given in this run.
    Consent,
    /// A continuous integration system.
    Ci,
    /// A test runner.
    TestRunner,
    /// The product's default, because no signal is set.
    ProductDefault,
    /// The configuration is not valid: the endpoint is missing or not accepted, or the client's version,
    /// the product's session prefix or one of its envelope constants has the wrong shape. Also if the system lacks something that
    /// telemetry needs, such as random numbers or a home directory.
    Misconfigured,
    /// The owner of the client, a [`TelemetryGuard`](crate::TelemetryGuard), was dropped.
    OwnerDropped,
    /// No client is installed: see [`global`](crate::global).
    NotInstalled,
    /// The program was compiled without telemetry: with the feature `off`.
    CompiledOut,
}

/// Whether telemetry is on, the signal that decided, and a sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// True if events are recorded and sent.
    pub on: bool,
    /// The signal that decided.
    pub source: DecisionSource,
    /// For example "off: DO_NOT_TRACK=1 is set".
    pub sentence: Cow<'static, str>,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

#[cfg(feature = "off")]
impl Decision {
    /// The only decision of a build without telemetry.
    pub(crate) const COMPILED_OUT: Self = Self {
        on: false,
        source: DecisionSource::CompiledOut,
        sentence: Cow::Borrowed("off: compiled without telemetry"),
    };
}

#[cfg(not(feature = "off"))]
impl Decision {
    /// The program disabled telemetry when it built the client.
    pub(crate) const PROGRAM: Self = Self {
        on: false,
        source: DecisionSource::Program,
        sentence: Cow::Borrowed("off: disabled by the program"),
    };

    /// A test captures the events in memory.
    #[cfg(feature = "testing")]
    pub(crate) const CAPTURED: Self = Self {
        on: true,
        source: DecisionSource::Program,
        sentence: Cow::Borrowed("on: captured by a test"),
    };

    /// The program opted out after it built the client.
    pub(crate) const OPTED_OUT: Self = Self {
        on: false,
        source: DecisionSource::Program,
        sentence: Cow::Borrowed("off: opted out while the program was running"),
    };

    pub(crate) const OWNER_DROPPED: Self = Self {
        on: false,
        source: DecisionSource::OwnerDropped,
        sentence: Cow::Borrowed(
            "off: the owner of this client was dropped; \
             keep the TelemetryGuard until the end of `main`",
        ),
    };

    pub(crate) const NOT_INSTALLED: Self = Self {
        on: false,
        source: DecisionSource::NotInstalled,
        sentence: Cow::Borrowed(
            "off: no client is installed; call `global::install` before `global::client`",
        ),
    };

    /// There is no random session id.
    pub(crate) const NO_RANDOM_BYTES: Self = Self {
        on: false,
        source: DecisionSource::Misconfigured,
        sentence: Cow::Borrowed("off: the system provides no random bytes for a session id"),
    };

    /// The program is a test that cargo built.
    pub(crate) const CARGO_TEST: Self = Self {
        on: false,
        source: DecisionSource::TestRunner,
        sentence: Cow::Borrowed("off: the program runs under the test harness of cargo"),
    };

    /// An opt-out file can be in a home directory that is not known.
    pub(crate) const HOME_UNKNOWN: Self = Self {
        on: false,
        source: DecisionSource::Misconfigured,
        sentence: Cow::Borrowed(
            "off: HOME is not an absolute path, and the home directory of the account is not known",
        ),
    };

    /// The stored answer is in a home directory that only the name service knows. Nothing is sent before
    /// the answer is read.
    #[cfg(feature = "consent")]
    pub(crate) const WAITS_FOR_ACCOUNT: Self = Self {
        on: true,
        source: DecisionSource::Consent,
        sentence: Cow::Borrowed(
            "on: events wait until the home directory of the account, and your answer in it, are known",
        ),
    };

    /// The configuration is not valid. `why` must not contain secrets.
    pub(crate) fn misconfigured(why: impl fmt::Display) -> Self {
        Self {
            on: false,
            source: DecisionSource::Misconfigured,
            sentence: Cow::Owned(format!("off: {why}")),
        }
    }

    fn by_administrator(forbidden: Forbidden) -> Self {
        Self {
            on: false,
            source: DecisionSource::AdministratorFile,
            sentence: Cow::Owned(format!("off: {}", forbidden.reason())),
        }
    }

    fn by_variable(
        on: bool,
        source: DecisionSource,
        name: &str,
        value: &std::ffi::OsString,
    ) -> Self {
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

    fn by_environment(source: DecisionSource, variables: &[&str]) -> Self {
        let names = variables.join(" and ");
        Self {
            on: false,
            source,
            sentence: Cow::Owned(format!("off: {names} are set")),
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
                StoredAnswer::Unreadable | StoredAnswer::NoDescriptor => {
                    "off: the consent file cannot be read"
                }
            }),
        }
    }

    fn by_marker(marker: Marker, shown: &str) -> Option<Self> {
        let state = match marker {
            Marker::Absent => return None,
            Marker::Present => "exists",
            Marker::Unknown => "cannot be checked",
        };
        Some(Self {
            on: false,
            source: DecisionSource::MarkerFile,
            sentence: Cow::Owned(format!("off: the file {shown} {state}")),
        })
    }

    fn by_default(product: &Product) -> Self {
        let name = product.name;
        let on = product.is_on_by_default();
        let sentence = match (enable_variable(product), product.is_consent_required()) {
            _ if on => format!("on: the default of {name}"),
            (Some(variable), true) => {
                format!("off: waiting for consent ({variable}=1 also enables it)")
            }
            (Some(variable), false) => {
                format!("off: the default of {name} ({variable}=1 enables it)")
            }
            (None, true) => "off: waiting for consent".to_owned(),
            (None, false) => {
                format!("off: the default of {name}, which no variable enables")
            }
        };
        Self {
            on,
            source: DecisionSource::ProductDefault,
            sentence: Cow::Owned(sentence),
        }
    }
}
