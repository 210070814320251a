//! Starting the crate's threads, the only place where one comes from.
//!
//! A system may refuse a thread at any time: that is an outcome, never a failure of the host.

use std::{io, time::Duration};

use super::sync::thread;

/// After a refusal the system is asked again this much later.
const RETRY: Duration = Duration::from_secs(60);

/// How threads are started.
pub(crate) struct Threads {
    /// Stands in for a system that refuses threads.
    #[cfg(feature = "testing")]
    pub(crate) refuses: Box<dyn Fn(&'static str) -> bool + Send + Sync>,
    pub(crate) retry: Duration,
}

impl Default for Threads {
    fn default() -> Self {
        Self {
            #[cfg(feature = "testing")]
            refuses: Box::new(|_| false),
            retry: RETRY,
        }
    }
}

impl Threads {
    /// Starts a thread of this name. It is never joined.
    pub(crate) fn start(
        &self,
        name: &'static str,
        stack_bytes: usize,
        life: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        #[cfg(feature = "testing")]
        if (self.refuses)(name) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .stack_size(stack_bytes);
        thread.spawn(life).map(drop)
    }
}
