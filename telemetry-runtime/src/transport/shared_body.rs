//! A body that a transport may keep without copying it.
//!
//! **Invariants.** The memory of a body is used again only when no transport keeps it.

use std::{fmt, sync::Arc};

/// A body that the worker writes and a transport may keep until it is written to the socket.
#[derive(Clone, Default)]
pub(crate) struct SharedBody(Arc<Vec<u8>>);

impl SharedBody {
    /// The memory for the next body. It is new if a transport still keeps the last one.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        if Arc::get_mut(&mut self.0).is_none() {
            self.0 = Arc::default();
        }
        Arc::make_mut(&mut self.0)
    }
}

impl AsRef<[u8]> for SharedBody {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SharedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedBody").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_kept_is_not_overwritten() {
        let mut body = SharedBody::default();
        body.buffer().extend(b"first");
        let kept = body.clone();
        assert!(body.buffer().is_empty());
        body.buffer().extend(b"second");
        assert_eq!(
            (kept.as_ref(), body.as_ref()),
            (&b"first"[..], &b"second"[..])
        );
        drop(kept);
        let memory = body.buffer().as_ptr();
        assert_eq!(body.buffer().as_ptr(), memory);
    }
}
