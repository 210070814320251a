//! The owner of a client: its drop delivers the held events and ends the client.

use std::{
    fmt,
    marker::PhantomData,
    ops::Deref,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
    time::{Duration, Instant},
};

#[cfg(doc)]
use super::ClientBuilder;
use super::{Client, per_process::ClientOfProcess};

/// Owns a [`Client`]. Its drop delivers the events that are held, within the
/// [exit budget](ClientBuilder::exit_budget), and shuts the client down.
///
/// It dereferences to [`Client`]; [`client`](Self::client) returns a clone to keep.
///
/// Bind it to a name that lives until the end of `main`: `let _ = ...build()` drops it at once. Drops of
/// clones of the client never wait. After the drop of the guard, clones record nothing, and the
/// [`decision`](Client::decision) names the reason if that loses events. After a
/// [`shutdown`](Client::shutdown), the drop waits at most until the deadline of that call.
///
/// Its drop sends the last events, so it must be dropped before the process ends. Rust drops no
/// `static`, and no `Arc` that a thread still holds at the end of `main`. The guard is therefore not
/// [`Sync`], so that neither of them compiles. Share a [`client`](Self::client), or [install](crate::global)
/// one. The compiler cannot detect other owners that are never dropped: one that is leaked, one in a
/// thread-local variable, and one in a static [`Mutex`](std::sync::Mutex). Such programs must call
/// [`flush`](Client::flush) or [`shutdown`](Client::shutdown) before they end.
///
/// If all held events are stored in files, with the feature `spool`, the drop does not wait for the network: a
/// later run sends them.
///
/// Held events that are not stored are lost if the process ends without this drop. The drop does not run:
///
/// - in `std::process::exit` and `abort`, and after a panic in a build with `panic = "abort"`;
/// - if a signal such as SIGTERM or SIGINT ends the process, unless the program handles it;
/// - if the guard is in a `static`, or is leaked.
///
/// Call [`shutdown`](Client::shutdown) before such an end, for example in the handler thread of a signal.
/// Async code awaits [`shutdown_async`](Client::shutdown_async); the drop then returns at once.
///
/// With `panic = "abort"` the client cannot catch panics: a panic of a custom transport, a loss hook or a
/// heartbeat ends the program.
#[must_use = "bind the owner to a name until the end of `main`, as in `let _telemetry = ...`; \
              `let _ = ...` drops it at once, and then nothing is recorded"]
pub struct TelemetryGuard {
    client: Client,
    not_sync: PhantomData<dyn OwnerStaysInMain>,
}

/// Its trait object has every auto trait of a client except `Sync`. The compiler's error for an owner in
/// a `static` contains this name.
trait OwnerStaysInMain: Send + Unpin + UnwindSafe + RefUnwindSafe {}

impl TelemetryGuard {
    pub(super) fn new(of_process: ClientOfProcess) -> Self {
        let of_process = Arc::new(of_process);
        Self {
            client: Client { of_process },
            not_sync: PhantomData,
        }
    }

    /// Returns a clone of the client, which records only while this owner exists.
    ///
    /// Keep the owner: `Client::builder(&MY_TOOL).build().client()` drops it at once.
    ///
    /// ```
    /// use telemetry_runtime::{Client, Product};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool").default_on(true);
    /// # let builder = || Client::builder(&MY_TOOL).env(|_| None).endpoint("");
    /// let client = builder().build().client();
    /// assert_eq!(
    ///     client.decision().to_string(),
    ///     "off: the owner of this client was dropped; keep the TelemetryGuard until the end of `main`",
    /// );
    /// ```
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

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        let shared = self.client.shared();
        shared.switch.drop_owner(shared.queue.is_unused());
        // Nothing is sent after the deadline of an earlier shutdown, so a longer wait has no effect.
        let until = shared.queue.shutdown();
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let timeout = left.unwrap_or(Duration::MAX).min(shared.exit_budget);
        let _ = self.client.shutdown(timeout);
    }
}

impl fmt::Debug for TelemetryGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}
