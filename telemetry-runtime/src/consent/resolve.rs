//! The order of the signals for a product that needs consent.
//!
//! Must never let a yes outrank a no, wherever the two come from. A pure function of what was found
//! out already: it reads nothing.

use super::file::Stored;

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decider {
    /// The environment.
    Environment,
    /// The stored answer.
    Stored,
}

/// Whether telemetry is on, or that a person has to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// On.
    On(Decider),
    /// Off.
    Off(Decider),
    /// Nobody decided: off until a person is asked and says yes.
    Ask,
}

/// Refusals first, the environment's before the stored one; then a yes in the same order;
/// otherwise a person has to be asked.
///
/// `environment` is what the environment says: `None` nothing, `Some(false)` any refusal (an enable
/// variable that is not truthy, `DO_NOT_TRACK`, CI, ...), `Some(true)` an enable variable that is
/// truthy and no refusal.
///
/// ```
/// use telemetry_runtime::consent::{Decider, Resolution, Stored, resolve};
///
/// let refused = Stored::No { version: None };
/// assert_eq!(resolve(Some(true), &refused), Resolution::Off(Decider::Stored));
/// assert_eq!(resolve(None, &Stored::Never), Resolution::Ask);
/// ```
#[must_use]
pub fn resolve(environment: Option<bool>, stored: &Stored) -> Resolution {
    match (environment, stored) {
        (Some(false), _) => Resolution::Off(Decider::Environment),
        (_, Stored::No { .. }) => Resolution::Off(Decider::Stored),
        (Some(true), _) => Resolution::On(Decider::Environment),
        (None, Stored::Yes { .. }) => Resolution::On(Decider::Stored),
        (None, Stored::Never | Stored::AskAgain(_)) => Resolution::Ask,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::file::AskAgain;

    #[test]
    fn a_no_wins_over_every_yes_and_silence_asks() {
        let no = Stored::No { version: None };
        let yes = Stored::Yes {
            version: "1.0".into(),
            at: None,
        };
        let stale = Stored::AskAgain(AskAgain::OtherVersion);
        let rows = [
            (Some(false), &yes, Resolution::Off(Decider::Environment)),
            (Some(false), &no, Resolution::Off(Decider::Environment)),
            (Some(true), &no, Resolution::Off(Decider::Stored)),
            (Some(true), &yes, Resolution::On(Decider::Environment)),
            (Some(true), &stale, Resolution::On(Decider::Environment)),
            (
                Some(true),
                &Stored::Never,
                Resolution::On(Decider::Environment),
            ),
            (None, &no, Resolution::Off(Decider::Stored)),
            (None, &yes, Resolution::On(Decider::Stored)),
            (None, &stale, Resolution::Ask),
            (None, &Stored::Never, Resolution::Ask),
        ];
        for (environment, stored, expected) in rows {
            assert_eq!(
                resolve(environment, stored),
                expected,
                "{environment:?} {stored:?}"
            );
        }
    }
}
