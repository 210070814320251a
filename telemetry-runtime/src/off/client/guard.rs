//! An owner without content.

use std::{
    fmt,
    marker::PhantomData,
    ops::Deref,
    panic::{RefUnwindSafe, UnwindSafe},
};

use super::Client;

#[must_use = "bind the owner to a name until the end of `main`, as in `let _telemetry = ...`; \
              `let _ = ...` drops it at once, and then nothing is recorded"]
pub struct TelemetryGuard {
    client: Client,
    not_sync: PhantomData<dyn OwnerStaysInMain>,
}

/// Not `Sync`, as in a build with telemetry: both builds accept the same programs.
trait OwnerStaysInMain: Send + Unpin + UnwindSafe + RefUnwindSafe {}

impl TelemetryGuard {
    pub(super) fn new() -> Self {
        Self {
            client: Client { nothing: () },
            not_sync: PhantomData,
        }
    }

    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }
}

impl Deref for TelemetryGuard {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A host cannot move the content out of an owner in either build.
impl Drop for TelemetryGuard {
    fn drop(&mut self) {}
}

impl fmt::Debug for TelemetryGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}
