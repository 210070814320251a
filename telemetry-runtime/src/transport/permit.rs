//! A check before the last byte of a request leaves.
//!
//! **Invariants.** A collector cannot have received a request whose last byte was not written. So a refused
//! request is certainly not received.

use std::{
    fmt,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
};

/// Asked once for each request, on the thread that sends it. It may write to a file.
pub(crate) trait Permit: fmt::Debug + Send + Sync + UnwindSafe + RefUnwindSafe {
    /// False if the request must not be completed.
    fn permits(&self) -> bool;
}

pub(crate) type SharedPermit = Arc<dyn Permit>;
