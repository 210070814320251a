//! Keeps envelopes in memory, for tests.
//!
//! **Invariants.** Never sleeps: a test waits for envelopes by a condition variable.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{Outcome, Request, Transport};

/// Keeps every envelope in memory. Answers with the outcomes that [`answer`](Self::answer) sets, then
/// with 200.
///
/// Clones share their envelopes and outcomes: give one to the client and keep one.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{Client, Product, transport::{MemoryTransport, Outcome}};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// let memory = MemoryTransport::new();
/// memory.answer([Outcome::status(503)]);
/// let telemetry = Client::builder(&MY_TOOL).transport(memory.clone()).build();
/// // ... record something ...
/// let _ = telemetry.flush(Duration::from_secs(5));
/// assert!(memory.bodies().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryTransport {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct State {
    bodies: Vec<Vec<u8>>,
    answers: VecDeque<Outcome>,
}

impl MemoryTransport {
    /// A transport without envelopes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers the next requests with these outcomes, in order, then with 200 again.
    pub fn answer(&self, outcomes: impl IntoIterator<Item = Outcome>) {
        self.lock().answers.extend(outcomes);
    }

    /// The bodies of all requests so far, regardless of their outcomes.
    #[must_use]
    pub fn bodies(&self) -> Vec<Vec<u8>> {
        self.lock().bodies.clone()
    }

    /// Waits until there were `count` requests; false if `timeout` ends first.
    #[must_use]
    pub fn wait_for(&self, count: usize, timeout: Duration) -> bool {
        let state = self.lock();
        let waiting = |state: &mut State| state.bodies.len() < count;
        let arrived = &self.shared.arrived;
        let (state, _) = arrived
            .wait_timeout_while(state, timeout, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        state.bodies.len() >= count
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for MemoryTransport {
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        let mut state = self.lock();
        state.bodies.push(request.body.to_vec());
        let answer = state.answers.pop_front();
        drop(state);
        self.shared.arrived.notify_all();
        answer.unwrap_or_else(Outcome::delivered)
    }
}
