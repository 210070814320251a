//! The constants of the envelope that a product may set.
//!
//! **Invariants.** There is no other key that a product may set: the keys for ids of a user, an account
//! or a device are `undefined` in every envelope.

use crate::event::{descriptor::GdprCategory, values::Version};

/// Value of every envelope field without a known value.
pub(in crate::wire) const UNDEFINED: &str = "undefined";
/// Value of the opt-in fields that are not set.
pub(super) const NONE: &str = "None";

/// Maximum length of a constant in bytes.
const MAX_LEN: usize = 64;

/// A key of the envelope that a product may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settable {
    DeviceOs,
    ProductName,
    ProductVersion,
    FunctionalOptIn,
    TechnicalOptIn,
    BehavioralOptIn,
}

impl Settable {
    const ALL: [Self; 6] = [
        Self::DeviceOs,
        Self::ProductName,
        Self::ProductVersion,
        Self::FunctionalOptIn,
        Self::TechnicalOptIn,
        Self::BehavioralOptIn,
    ];

    pub(crate) const fn opt_in(category: GdprCategory) -> Self {
        match category {
            GdprCategory::Functional => Self::FunctionalOptIn,
            GdprCategory::Technical => Self::TechnicalOptIn,
            GdprCategory::Behavioral => Self::BehavioralOptIn,
        }
    }

    /// The value if the product does not set the key.
    pub(crate) const fn unset(self) -> &'static str {
        match self {
            Self::DeviceOs | Self::ProductName | Self::ProductVersion => UNDEFINED,
            Self::FunctionalOptIn | Self::TechnicalOptIn | Self::BehavioralOptIn => NONE,
        }
    }

    /// The key in words, for a sentence about the declaration of a product.
    const fn words(self) -> &'static str {
        match self {
            Self::DeviceOs => "operating system",
            Self::ProductName => "name in the envelope",
            Self::ProductVersion => "version in the envelope",
            Self::FunctionalOptIn => "opt-in value for functional data",
            Self::TechnicalOptIn => "opt-in value for technical data",
            Self::BehavioralOptIn => "opt-in value for behavioral data",
        }
    }
}

/// The values of the keys that are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct EnvelopeConstants {
    device_os: Option<&'static str>,
    product_name: Option<&'static str>,
    product_version: Option<&'static str>,
    functional_opt_in: Option<&'static str>,
    technical_opt_in: Option<&'static str>,
    behavioral_opt_in: Option<&'static str>,
}

impl EnvelopeConstants {
    pub(crate) const UNSET: Self = Self {
        device_os: None,
        product_name: None,
        product_version: None,
        functional_opt_in: None,
        technical_opt_in: None,
        behavioral_opt_in: None,
    };

    #[must_use]
    pub(crate) const fn set(mut self, key: Settable, value: &'static str) -> Self {
        let slot = match key {
            Settable::DeviceOs => &mut self.device_os,
            Settable::ProductName => &mut self.product_name,
            Settable::ProductVersion => &mut self.product_version,
            Settable::FunctionalOptIn => &mut self.functional_opt_in,
            Settable::TechnicalOptIn => &mut self.technical_opt_in,
            Settable::BehavioralOptIn => &mut self.behavioral_opt_in,
        };
        *slot = Some(value);
        self
    }

    pub(crate) const fn given(&self, key: Settable) -> Option<&'static str> {
        match key {
            Settable::DeviceOs => self.device_os,
            Settable::ProductName => self.product_name,
            Settable::ProductVersion => self.product_version,
            Settable::FunctionalOptIn => self.functional_opt_in,
            Settable::TechnicalOptIn => self.technical_opt_in,
            Settable::BehavioralOptIn => self.behavioral_opt_in,
        }
    }

    /// The value on the wire.
    pub(super) const fn get(&self, key: Settable) -> &'static str {
        match self.given(key) {
            Some(value) => value,
            None => key.unset(),
        }
    }

    /// A sentence about the first value that is not valid.
    pub(crate) fn problem(&self) -> Option<String> {
        Settable::ALL.into_iter().find_map(|key| {
            let value = self.given(key)?;
            let (valid, shape) = match key {
                Settable::ProductName => (
                    is_name(value),
                    "1 to 64 characters of `0-9 A-Z a-z . + _ -` and single spaces between them",
                ),
                _ => (
                    value.parse::<Version>().is_ok(),
                    "1 to 64 characters of `0-9 A-Z a-z . + _ -`",
                ),
            };
            let words = key.words();
            (!valid).then(|| format!("the product's {words} is not valid: expected {shape}"))
        })
    }
}

/// True for words of the characters of a [`Version`], separated by single spaces.
fn is_name(text: &str) -> bool {
    text.len() <= MAX_LEN && text.split(' ').all(|word| word.parse::<Version>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_on_the_wire_and_invalid_text_is_named_by_its_key() {
        for key in Settable::ALL {
            let set = EnvelopeConstants::UNSET.set(key, "Full-1.0");
            assert_eq!((set.get(key), set.problem()), ("Full-1.0", None));
            let others = Settable::ALL.into_iter().filter(|other| *other != key);
            for other in others {
                assert_eq!(set.get(other), other.unset());
            }
            for text in ["", "a/b", "é", "a\n", " a", "a ", "a  b", "\""] {
                let problem = EnvelopeConstants::UNSET.set(key, text).problem();
                assert!(
                    problem.is_some_and(|why| why.contains(key.words())),
                    "{text}"
                );
            }
            let long = "x".repeat(65).leak();
            assert!(EnvelopeConstants::UNSET.set(key, long).problem().is_some());
            let longest = long.get(1..).unwrap();
            assert_eq!(EnvelopeConstants::UNSET.set(key, longest).problem(), None);
        }
        let name = |text| EnvelopeConstants::UNSET.set(Settable::ProductName, text);
        assert_eq!(name("My Tool 2").problem(), None);
        let os = EnvelopeConstants::UNSET.set(Settable::DeviceOs, "My OS");
        assert!(os.problem().is_some());
    }
}
