//! A token without content.

use std::fmt;

#[derive(Clone, Copy)]
pub struct SenderToken {
    nothing: (),
}

impl SenderToken {
    pub(crate) fn new() -> Self {
        Self { nothing: () }
    }
}

impl fmt::Debug for SenderToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderToken").finish_non_exhaustive()
    }
}
