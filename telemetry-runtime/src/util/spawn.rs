//! Starts the threads of clients.
//!
//! **Invariants.** The system may refuse a thread at any time. The refusal is an error value and never
//! a panic in the host. A thread blocks the signals of the host from its start. It is never joined.

use std::{io, time::Duration};

use super::{platform::fork, sync::thread};

/// Time from a refusal to the next attempt.
const RETRY: Duration = Duration::from_secs(60);

/// Starts threads, with a replaceable refusal for tests.
#[derive(Clone)]
pub(crate) struct Threads {
    /// True for the name of a thread that cannot start, as if the system refused it.
    #[cfg(feature = "testing")]
    pub(crate) refuses: std::sync::Arc<dyn Fn(&'static str) -> bool + Send + Sync>,
    pub(crate) retry: Duration,
}

impl Default for Threads {
    fn default() -> Self {
        Self {
            #[cfg(feature = "testing")]
            refuses: std::sync::Arc::new(|_| false),
            retry: RETRY,
        }
    }
}

impl Threads {
    /// Starts a thread with this name.
    pub(crate) fn start(
        &self,
        name: &'static str,
        stack_bytes: usize,
        run: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        #[cfg(feature = "testing")]
        if (self.refuses)(name) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        spawn(name, stack_bytes, run)
    }
}

/// Starts a thread with this name.
pub(crate) fn spawn(
    name: &'static str,
    stack_bytes: usize,
    run: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    fork::with_signals_blocked(|| {
        // Std has a list of its threads. Another thread of the parent may have held its lock at the fork.
        #[cfg(unix)]
        if fork::generation() > 0 {
            return fork::start_thread(name, stack_bytes, run);
        }
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .stack_size(stack_bytes);
        thread.spawn(run).map(drop)
    })
}
