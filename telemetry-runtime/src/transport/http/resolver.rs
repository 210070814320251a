//! Looks up the addresses of a host on a separate thread.
//!
//! The system's resolver cannot be interrupted and may block for half a minute. There is at most one
//! lookup thread; a later request for the same host waits for the lookup that is already running. If
//! the system refuses the thread, the lookup runs on the worker's thread and delays it; callers of the
//! client still return at their deadlines.
//!
//! **Invariants.** An unencrypted request that is allowed only to this machine never gets the address
//! of another one, wherever the system maps `localhost`.

use std::{
    error::Error,
    fmt,
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

use super::stage::{Progress, Stage};
use crate::util::{catch_panic::catch_panic, spawn::spawn};

/// The default of std, set explicitly because std reads a variable to find it.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// Connecting tries at most this many addresses of a host.
const MAX_ADDRESSES: usize = 4;

/// A blocking lookup of the addresses of a host.
pub(super) type Lookup = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;
type LookupResult = io::Result<Vec<IpAddr>>;

/// All HTTP clients of a transport share it, so that a new client finds a lookup that still blocks.
pub(super) struct Resolver {
    lookup: Arc<Lookup>,
    /// Addresses of other machines are left out.
    pub(super) loopback_only: bool,
    state: SharedState,
    progress: Arc<Progress>,
}

type SharedState = Arc<Mutex<LookupState>>;

/// Shared by the lookup thread and the request that waits for it.
#[derive(Default)]
struct LookupState {
    /// The host of the lookup that is running.
    host: Option<String>,
    waiter: Option<oneshot::Sender<LookupResult>>,
}

impl Resolver {
    pub(super) fn new(lookup: Arc<Lookup>, loopback_only: bool, progress: Arc<Progress>) -> Self {
        Self {
            lookup,
            loopback_only,
            state: Arc::default(),
            progress,
        }
    }

    /// The lookup, for a resolver in another process.
    pub(super) fn lookup(&self) -> Arc<Lookup> {
        Arc::clone(&self.lookup)
    }

    /// A resolver that uses the system's lookup.
    pub(super) fn system(loopback_only: bool, progress: Arc<Progress>) -> Self {
        let lookup = |host: &str| {
            let found = (host, 0).to_socket_addrs()?;
            Ok(found.map(|address| address.ip()).collect())
        };
        Self::new(Arc::new(lookup), loopback_only, progress)
    }

    /// Starts a lookup, or waits for the one that is running for the same host.
    fn look_up(&self, host: &str) -> io::Result<oneshot::Receiver<LookupResult>> {
        let (sender, receiver) = oneshot::channel();
        let mut state = lock(&self.state);
        match &state.host {
            Some(running) if running == host => state.waiter = Some(sender),
            Some(_) => return Err(ErrorKind::ResourceBusy.into()),
            None => {
                let in_flight = InFlightLookup {
                    state: Arc::clone(&self.state),
                    result: None,
                };
                let (lookup, name) = (Arc::clone(&self.lookup), host.to_owned());
                (state.host, state.waiter) = (Some(name.clone()), Some(sender));
                // If the thread cannot start, `in_flight` is dropped here and takes the lock.
                drop(state);
                let run = move || in_flight.finish(lookup(&name));
                if spawn("telemetry-dns", STACK_BYTES, run).is_err() {
                    return Ok(self.look_up_here(host));
                }
            }
        }
        Ok(receiver)
    }

    /// Looks up on this thread, which blocks. The receiver gets no result if the lookup panics.
    fn look_up_here(&self, host: &str) -> oneshot::Receiver<LookupResult> {
        let (sender, receiver) = oneshot::channel();
        if let Some(result) = catch_panic(|| (self.lookup)(host)) {
            let _ = sender.send(result);
        }
        receiver
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        self.progress.reach(Stage::Resolving);
        let receiver = self.look_up(name.as_str());
        let (loopback_only, progress) = (self.loopback_only, Arc::clone(&self.progress));
        Box::pin(async move {
            let panicked = |_| ResolveError("the lookup panicked");
            let found = receiver?.await.map_err(panicked)??;
            let addresses = select_addresses(allowed(found, loopback_only)?);
            progress.reach(Stage::Connecting);
            let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// The reason why a lookup has no usable address. It does not contain the host's name.
#[derive(Debug)]
pub(super) struct ResolveError(pub(super) &'static str);

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for ResolveError {}

/// The addresses to which a request may be sent, at least one.
fn allowed(mut found: Vec<IpAddr>, loopback_only: bool) -> Result<Vec<IpAddr>, ResolveError> {
    if found.is_empty() {
        return Err(ResolveError("the name has no address"));
    }
    if loopback_only {
        found.retain(|address| address.to_canonical().is_loopback());
        if found.is_empty() {
            return Err(ResolveError(
                "the name leads to another machine, and http is allowed to this machine only",
            ));
        }
    }
    Ok(found)
}

/// The first [`MAX_ADDRESSES`] addresses, half of them of the second family if there are enough.
///
/// Three IPv4 and three IPv6 addresses become two of each; five IPv6 and one IPv4 address become
/// three and one.
fn select_addresses(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let first = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (preferred, others): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == first);
    let free = MAX_ADDRESSES.saturating_sub(preferred.len());
    let of_others = others.len().min(free.max(MAX_ADDRESSES / 2));
    let preferred = preferred.into_iter().take(MAX_ADDRESSES - of_others);
    preferred
        .chain(others.into_iter().take(of_others))
        .collect()
}

fn lock(state: &SharedState) -> MutexGuard<'_, LookupState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The running lookup. Its drop ends the lookup and sends the result; after a panic there is none.
struct InFlightLookup {
    state: SharedState,
    result: Option<LookupResult>,
}

impl InFlightLookup {
    fn finish(mut self, result: LookupResult) {
        self.result = Some(result);
    }
}

impl Drop for InFlightLookup {
    fn drop(&mut self) {
        // Host and waiter are removed in one step: a request in between would wait for a result that was
        // already sent.
        let waiter = std::mem::take(&mut *lock(&self.state)).waiter;
        // The waiter is gone if its connect timeout has passed.
        if let (Some(waiter), Some(result)) = (waiter, self.result.take()) {
            let _ = waiter.send(result);
        }
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        hint,
        sync::atomic::{AtomicUsize, Ordering},
        thread,
    };

    use super::*;

    #[test]
    fn a_lookup_during_an_answer_gets_the_answer() {
        let lookups = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&lookups);
        let lookup = move |_: &str| {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(Vec::new())
        };
        let resolver = Resolver::new(Arc::new(lookup), false, Arc::default());
        for round in 0..500 {
            let before = lookups.load(Ordering::SeqCst);
            let _first = resolver.look_up("a.example").unwrap();
            // The second request joins the lookup, arrives slightly late, or starts another one.
            while lookups.load(Ordering::SeqCst) == before {
                thread::yield_now();
            }
            (0..round).for_each(|_| hint::spin_loop());
            let second = resolver.look_up("a.example").unwrap();
            assert!(second.blocking_recv().is_ok());
        }
    }

    #[test]
    fn at_most_four_addresses_of_both_families_are_tried() {
        let parse = |text: &str| -> Vec<IpAddr> {
            text.split_whitespace()
                .map(|address| address.parse().unwrap())
                .collect()
        };
        let cases = [
            ("", ""),
            ("::1", "::1"),
            ("::1 ::2 ::3 ::4 ::5 1.0.0.1", "::1 ::2 ::3 1.0.0.1"),
            ("1.0.0.1 ::1 ::2 ::3 ::4", "1.0.0.1 ::1 ::2 ::3"),
            (
                "1.0.0.1 1.0.0.2 1.0.0.3 ::1 ::2 ::3",
                "1.0.0.1 1.0.0.2 ::1 ::2",
            ),
        ];
        for (found, tried) in cases {
            assert_eq!(select_addresses(parse(found)), parse(tried), "{found}");
        }
    }
}
