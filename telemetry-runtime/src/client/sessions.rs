//! The session ids of a client: random, with the prefix of the product, or none.
//!
//! **Invariants.** A session id is never stored and never derived from the machine.

use crate::{event::values::SessionId, product::Product};

/// Creates the session id of each session.
#[derive(Debug, Clone)]
pub(super) enum Sessions {
    /// The product declares no session: every id is `undefined`.
    None,
    /// Random ids with this prefix.
    Random { prefix: String },
}

impl Sessions {
    pub(super) fn of(product: &Product, prefix: String) -> Self {
        match product.session {
            true => Self::Random { prefix },
            false => Self::None,
        }
    }

    /// The id of a new session. `None` if the system provides no random bytes.
    pub(super) fn begin(&self) -> Option<SessionId> {
        self.begin_with(SessionId::try_random)
    }

    /// The id of a new session, from `id` if the product has sessions. `None` if `id` returns `None`.
    pub(super) fn begin_with(&self, id: impl FnOnce() -> Option<SessionId>) -> Option<SessionId> {
        match self {
            Self::None => Some(SessionId::undefined()),
            Self::Random { prefix } => Some(id()?.with_prefix(prefix)),
        }
    }

    /// The id of a session without random bytes.
    pub(super) fn unknown(&self) -> SessionId {
        match self {
            Self::None => SessionId::undefined(),
            Self::Random { prefix } => SessionId::undefined().with_prefix(prefix),
        }
    }
}
