//! Catches the panics of foreign code, so that they never reach the host.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs foreign code; returns `None` if it panics.
pub(crate) fn catch_panic<R>(user_code: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(user_code)) {
        Ok(result) => Some(result),
        Err(payload) => {
            // The payload's destructor is foreign code that could panic again.
            std::mem::forget(payload);
            None
        }
    }
}
