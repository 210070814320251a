//! What the collector's threads and the test share: counts, requests, the tickets of held answers.
//!
//! One mutex, one condition variable: whoever waits here sleeps until something changed, and never
//! longer than it said.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    net::{Shutdown, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::request::ReceivedRequest;

/// Bytes of requests that are kept; the oldest make room.
const KEPT: usize = 64 << 20;
/// The longest wait: no test hangs for ever, whatever it asks for.
const LONGEST: Duration = Duration::from_secs(600);

/// What the collector has seen since it started.
///
/// ```
/// # use telemetry_runtime::testing::Collector;
/// let collector = Collector::start()?;
/// // ... build a client, but record nothing ...
/// assert_eq!(collector.counts().connections, 0, "a client opens no socket before it must");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Connections accepted.
    pub connections: usize,
    /// Of these, connections that have ended, from whichever side.
    pub closed: usize,
    /// Requests of which the first byte arrived: each takes one row of the script.
    pub attempts: usize,
    /// Requests that arrived whole.
    pub requests: usize,
    /// Answers that were written to their end; silence is none.
    pub answered: usize,
    /// Requests that were not HTTP/1.1, or larger than 16 MiB. They are answered 400 or 413.
    pub refused: usize,
}

/// What was waited for did not happen in time. Displays what was seen instead.
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
    /// How long the wait was.
    pub waited: Duration,
    /// What the collector had seen when it ended.
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
            "nothing more came within {:?}: {connections} connections ({closed} closed), \
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
    /// Threads that have not ended, the accepting one included.
    pub(super) running: usize,
    pub(super) live: BTreeMap<usize, Live>,
    kept: VecDeque<ReceivedRequest>,
    kept_bytes: usize,
    /// Requests since they were last taken, those that had to make room included.
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
    /// The lock; a thread that panicked (in a function of the test) leaves a usable state behind.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes whoever waits for it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    /// Waits until `done`, at most `within`; the state is locked on return.
    pub(super) fn wait(
        &self,
        within: Duration,
        mut done: impl FnMut(&State) -> bool,
    ) -> Result<MutexGuard<'_, State>, WaitError> {
        let within = within.min(LONGEST);
        let (state, _) = self
            .changed
            .wait_timeout_while(self.lock(), within, |state| !done(state))
            .unwrap_or_else(PoisonError::into_inner);
        if done(&state) {
            Ok(state)
        } else {
            Err(WaitError {
                waited: within,
                counts: state.counts,
            })
        }
    }

    /// Sleeps, unless the collector stops before or meanwhile.
    pub(super) fn sleep(&self, duration: Duration) {
        drop(self.wait(duration, |state| state.stopping));
    }

    pub(super) fn stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Takes a ticket and waits until it is released. True if it was, in time.
    pub(super) fn hold(&self, deadline: Instant) -> bool {
        let ticket = self.change(|state| {
            state.held += 1;
            state.held
        });
        let within = deadline.saturating_duration_since(Instant::now());
        let held = self.wait(within, |state| state.released >= ticket || state.stopping);
        held.is_ok_and(|state| !state.stopping)
    }

    /// Ends every connection and every wait; what was live is handed over.
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
    /// Keeps a request that arrived whole.
    pub(super) fn keep(&mut self, request: ReceivedRequest) {
        self.counts.requests += 1;
        self.arrived += 1;
        self.kept_bytes += size(&request);
        self.kept.push_back(request);
        while self.kept_bytes > KEPT {
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
    fn the_oldest_requests_make_room_when_there_are_too_many() {
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
