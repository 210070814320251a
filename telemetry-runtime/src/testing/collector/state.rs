//! The state that the collector's threads and the test share: counts, requests, held answers.
//!
//! **Invariants.** One mutex and one condition variable. A wait ends at a change or at its timeout.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    net::{Shutdown, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::request::ReceivedRequest;

/// The size in bytes of the requests that are kept; the oldest are removed.
const MAX_KEPT_BYTES: usize = 64 << 20;
/// The longest wait, so that no test hangs.
const MAX_WAIT: Duration = Duration::from_secs(600);

/// Counts since the collector started.
///
/// ```
/// # use telemetry_runtime::testing::Collector;
/// let collector = Collector::start()?;
/// // ... build a client, but record nothing ...
/// assert_eq!(collector.counts().connections, 0, "a client opens no socket before it sends");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Connections accepted.
    pub connections: usize,
    /// Connections that have ended, closed by either side.
    pub closed: usize,
    /// Requests whose first byte arrived: each takes one row of the script.
    pub attempts: usize,
    /// Requests that arrived completely.
    pub requests: usize,
    /// Answers that were written completely; silence is not counted.
    pub answered: usize,
    /// Requests that were not HTTP/1.1 (answered with 400) or larger than 16 MiB (413).
    pub refused: usize,
}

/// A wait reached its timeout. The message contains the counts at its end.
///
/// ```
/// # use std::time::Duration;
/// # use telemetry_runtime::testing::Collector;
/// let collector = Collector::start()?;
/// let timed_out = collector.wait_for_requests(1, Duration::ZERO).unwrap_err();
/// assert_eq!(timed_out.counts.requests, 0);
/// assert!(timed_out.to_string().contains("0 requests"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitError {
    /// The duration of the wait.
    pub waited: Duration,
    /// The counts at the end of the wait.
    pub counts: Counts,
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts {
            connections,
            closed,
            attempts,
            requests,
            answered,
            refused,
        } = self.counts;
        write!(
            f,
            "timed out after {:?}: {connections} connections ({closed} closed), \
             {attempts} attempts, {requests} requests, {answered} answered, {refused} refused",
            self.waited
        )
    }
}

impl std::error::Error for WaitError {}

#[derive(Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) counts: Counts,
    pub(super) stopping: bool,
    /// Threads that have not ended, including the accepting one.
    pub(super) running: usize,
    pub(super) live: BTreeMap<usize, Live>,
    kept: VecDeque<ReceivedRequest>,
    kept_bytes: usize,
    /// Requests since the last `take_requests`, including removed ones.
    arrived: usize,
    held: usize,
    released: usize,
}

/// A connection that is being served.
pub(super) struct Live {
    pub(super) stream: Arc<TcpStream>,
    pub(super) thread: JoinHandle<()>,
}

impl Shared {
    /// Locks the state. It is valid even after a panic in the test's handler.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes all waiting threads.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    /// Waits until `done` returns true, at most `timeout`; returns the locked state.
    pub(super) fn wait(
        &self,
        timeout: Duration,
        mut done: impl FnMut(&State) -> bool,
    ) -> Result<MutexGuard<'_, State>, WaitError> {
        let timeout = timeout.min(MAX_WAIT);
        let (state, _) = self
            .changed
            .wait_timeout_while(self.lock(), timeout, |state| !done(state))
            .unwrap_or_else(PoisonError::into_inner);
        if done(&state) {
            Ok(state)
        } else {
            Err(WaitError {
                waited: timeout,
                counts: state.counts,
            })
        }
    }

    /// Sleeps until `duration` has passed or the collector stops.
    pub(super) fn sleep(&self, duration: Duration) {
        drop(self.wait(duration, |state| state.stopping));
    }

    pub(super) fn stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Holds an answer until it is released. False if the deadline passes or the collector stops.
    pub(super) fn hold(&self, deadline: Instant) -> bool {
        let ticket = self.change(|state| {
            state.held += 1;
            state.held
        });
        let timeout = deadline.saturating_duration_since(Instant::now());
        let held = self.wait(timeout, |state| state.released >= ticket || state.stopping);
        held.is_ok_and(|state| !state.stopping)
    }

    /// Ends every wait and every connection, and returns those connections.
    pub(super) fn stop(&self) -> Vec<Live> {
        let live = self.change(|state| {
            state.stopping = true;
            std::mem::take(&mut state.live)
        });
        let live: Vec<Live> = live.into_values().collect();
        for connection in &live {
            let _ = connection.stream.shutdown(Shutdown::Both);
        }
        live
    }
}

impl State {
    /// Keeps a complete request.
    pub(super) fn keep(&mut self, request: ReceivedRequest) {
        self.counts.requests += 1;
        self.arrived += 1;
        self.kept_bytes += size(&request);
        self.kept.push_back(request);
        while self.kept_bytes > MAX_KEPT_BYTES {
            let Some(oldest) = self.kept.pop_front() else {
                break;
            };
            self.kept_bytes -= size(&oldest);
        }
    }

    pub(super) fn arrived(&self) -> usize {
        self.arrived
    }

    pub(super) fn requests(&self) -> Vec<ReceivedRequest> {
        self.kept.iter().cloned().collect()
    }

    pub(super) fn take_requests(&mut self) -> Vec<ReceivedRequest> {
        self.kept_bytes = 0;
        self.arrived = 0;
        std::mem::take(&mut self.kept).into()
    }

    pub(super) fn release(&mut self) {
        self.released += 1;
    }
}

fn size(request: &ReceivedRequest) -> usize {
    let headers: usize = request
        .headers
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    size_of::<ReceivedRequest>()
        + request.method.len()
        + request.path.len()
        + headers
        + request.body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_requests_are_removed_beyond_the_limit() {
        let mut state = State::default();
        for attempt in 0..5 {
            state.keep(ReceivedRequest {
                method: "POST".into(),
                path: "/".into(),
                headers: Vec::new(),
                body: vec![0; 16 << 20],
                at: Instant::now(),
                attempt,
                connection: 0,
            });
        }
        let kept: Vec<usize> = state.kept.iter().map(|request| request.attempt).collect();
        assert_eq!(kept, [2, 3, 4]);
        assert_eq!(state.arrived(), 5);
    }
}
