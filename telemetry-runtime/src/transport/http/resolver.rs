//! Asks for the addresses of a host, on a thread of its own.
//!
//! The system's resolver cannot be interrupted and may hang for half a minute. There is never more
//! than one thread that asks: who comes while it hangs waits for its answer, too.

use std::{
    error::Error,
    fmt,
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

use super::stage::{Progress, Stage};

/// As much as std gives, which would look for a variable to learn it.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// A host with many addresses gets this many tries.
const MAX_ADDRESSES: usize = 4;

/// How the addresses of a host are looked up: blocking, on a thread of its own.
pub(super) type Lookup = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;
type LookupResult = io::Result<Vec<IpAddr>>;

/// Shared by every HTTP client of a transport, so that a lookup that hangs is met again.
pub(super) struct Resolver {
    lookup: Arc<Lookup>,
    state: Arc<LookupState>,
    progress: Arc<Progress>,
}

/// Where the thread that asks and the one who waits meet.
#[derive(Default)]
struct LookupState(Mutex<State>);

#[derive(Default)]
struct State {
    /// The host that is being asked for.
    asking: Option<String>,
    waiting: Option<oneshot::Sender<LookupResult>>,
}

impl Resolver {
    pub(super) fn new(lookup: Arc<Lookup>, progress: Arc<Progress>) -> Self {
        Self {
            lookup,
            state: Arc::default(),
            progress,
        }
    }

    /// As the system does it.
    pub(super) fn system(progress: Arc<Progress>) -> Self {
        let lookup = |host: &str| {
            let found = (host, 0).to_socket_addrs()?;
            Ok(found.map(|address| address.ip()).collect())
        };
        Self::new(Arc::new(lookup), progress)
    }

    fn ask(&self, host: &str) -> io::Result<oneshot::Receiver<LookupResult>> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state.lock();
        match &state.asking {
            Some(asked) if asked == host => state.waiting = Some(sender),
            Some(_) => return Err(ErrorKind::ResourceBusy.into()),
            None => {
                let asking = InFlightLookup {
                    state: Arc::clone(&self.state),
                    found: None,
                };
                let (lookup, name) = (Arc::clone(&self.lookup), host.to_owned());
                (state.asking, state.waiting) = (Some(name.clone()), Some(sender));
                // Dropped with the closure when there is no thread: the lock must be free by then.
                drop(state);
                thread::Builder::new()
                    .name("telemetry-dns".to_owned())
                    .stack_size(STACK_BYTES)
                    .spawn(move || asking.answer(lookup(&name)))?;
            }
        }
        Ok(receiver)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        self.progress.reach(Stage::Resolving);
        let asked = self.ask(name.as_str());
        let progress = Arc::clone(&self.progress);
        Box::pin(async move {
            let gone = |_| io::Error::from(ErrorKind::BrokenPipe);
            let addresses = select_addresses(asked?.await.map_err(gone)??);
            if addresses.is_empty() {
                return Err(Box::<dyn Error + Send + Sync>::from("no address"));
            }
            progress.reach(Stage::Connecting);
            let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// The first addresses, of both families when there are both.
fn select_addresses(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let first = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (preferred, others): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == first);
    let room = MAX_ADDRESSES.saturating_sub(preferred.len());
    let of_others = others.len().min(room.max(MAX_ADDRESSES / 2));
    let preferred = preferred.into_iter().take(MAX_ADDRESSES - of_others);
    preferred
        .chain(others.into_iter().take(of_others))
        .collect()
}

impl LookupState {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to ask, given back with the answer when dropped; by panic too, then without one.
struct InFlightLookup {
    state: Arc<LookupState>,
    found: Option<LookupResult>,
}

impl InFlightLookup {
    fn answer(mut self, found: LookupResult) {
        self.found = Some(found);
    }
}

impl Drop for InFlightLookup {
    fn drop(&mut self) {
        // At once, or whoever came in between would wait for an answer that was given.
        let waiting = std::mem::take(&mut *self.state.lock()).waiting;
        // Nobody waits any more when the connect timeout has passed.
        if let (Some(waiting), Some(found)) = (waiting, self.found.take()) {
            let _ = waiting.send(found);
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
    };

    use super::*;

    #[test]
    fn a_lookup_during_an_answer_gets_the_answer() {
        let turns = Arc::new(AtomicUsize::new(0));
        let of_lookup = Arc::clone(&turns);
        let lookup = move |_: &str| {
            of_lookup.fetch_add(1, Ordering::SeqCst);
            Ok(Vec::new())
        };
        let resolver = Resolver::new(Arc::new(lookup), Arc::default());
        for round in 0..500 {
            let before = turns.load(Ordering::SeqCst);
            let _first = resolver.ask("a.example").unwrap();
            // The second one comes in time for the answer, or a little later, or asks by itself.
            while turns.load(Ordering::SeqCst) == before {
                thread::yield_now();
            }
            (0..round).for_each(|_| hint::spin_loop());
            let again = resolver.ask("a.example").unwrap();
            assert!(again.blocking_recv().is_ok());
        }
    }

    #[test]
    fn at_most_four_addresses_are_tried_and_both_families_get_a_chance() {
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
