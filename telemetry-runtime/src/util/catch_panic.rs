//! Running user code without letting its panics into the host.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs foreign code; `None` when it panics. The host never sees that panic.
pub(crate) fn catch_panic<R>(foreign: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(foreign)) {
        Ok(result) => Some(result),
        Err(payload) => {
            // Its destructor is foreign code that could panic again.
            std::mem::forget(payload);
            None
        }
    }
}
