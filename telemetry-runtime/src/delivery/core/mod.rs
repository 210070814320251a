//! The delivery core: which batch is sent when, and what becomes of it afterwards.
//!
//! A state machine without threads, clock or I/O: time comes in as a number, requests go out as
//! batches, outcomes come back in. It never mixes envelope contexts, never changes an event's bytes
//! and never loses count: every event that came in is delivered, dropped for a reason or held.
//!
//! Events of one envelope context form a *lane*: a line of batches, of which only the last is open.
//! [`next`](Core::next) hands out the front batch of the lane that waits longest, one batch per
//! request; [`answer`](Core::answer) looks up the policy's action and carries it out. A *round* is a
//! flush: every batch held at its start is urgent and sent whatever the backoff says, until a
//! request fails; the round is over when nothing is urgent.

pub(crate) mod batch;
pub(crate) mod partition;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::{
    batch::Batch,
    partition::{Context, Lane, Limits},
};
use super::{
    clock::Tick,
    health::{DropReason, Settled},
};
use crate::{
    product::policy::{Action, Ambiguous, Policy},
    transport::{Outcome, Response},
};

/// What failed waits so long, or a random part of it, whatever the settings and the collector say: a
/// network that is down must not keep a processor busy.
const LEAST_WAIT: Duration = Duration::from_millis(100);

pub(crate) struct Core {
    limits: Limits,
    policy: Policy,
    random: fastrand::Rng,
    lanes: Vec<Lane>,
    /// The batch of the request under way, and the index of its lane.
    in_flight: Option<(usize, Batch)>,
    /// Requests that failed in a row, for the backoff.
    failures: u32,
    /// Our own patience; a round overrides it.
    backoff_until: Tick,
    /// The collector's `Retry-After`; nothing overrides it.
    closed_until: Tick,
    /// Something of the round could not be sent.
    missed: bool,
    held_events: u64,
    settled: Settled,
}

impl Core {
    pub(crate) fn new(limits: Limits, policy: Policy, random: fastrand::Rng) -> Self {
        Self {
            limits,
            policy,
            random,
            lanes: Vec::new(),
            in_flight: None,
            failures: 0,
            backoff_until: Tick::ZERO,
            closed_until: Tick::ZERO,
            missed: false,
            held_events: 0,
            settled: Settled::default(),
        }
    }

    pub(crate) fn held_events(&self) -> u64 {
        self.held_events
    }

    #[cfg(test)]
    pub(crate) fn held_bytes(&self) -> usize {
        self.batches().map(Batch::byte_len).sum()
    }

    /// Bytes of memory that the held events take.
    pub(crate) fn memory(&self) -> usize {
        self.batches().map(Batch::memory).sum()
    }

    fn batches(&self) -> impl Iterator<Item = &Batch> {
        let in_flight = self.in_flight.iter().map(|(_, batch)| batch);
        in_flight.chain(self.lanes.iter().flat_map(|lane| &lane.batches))
    }

    pub(crate) fn settled(&self) -> Settled {
        self.settled
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        self.policy.request_timeout
    }

    /// Takes in an event that was accepted at `since`, at the latest.
    pub(crate) fn ingest(&mut self, since: Tick, context: Context, event: &[u8]) {
        self.held_events += 1;
        let limits = self.limits;
        if !self.lane(context).push(since, event, &limits) {
            self.settled.drop_events(DropReason::Memory, 1);
            self.held_events -= 1;
        }
    }

    /// Starts a round: what is held is sent now, as far as the collector allows.
    pub(crate) fn begin_round(&mut self, now: Tick) {
        self.missed = false;
        for lane in &mut self.lanes {
            let allowed = self.closed_until.max(lane.paused_until) <= now;
            self.missed |= !allowed && !lane.batches.is_empty();
            for batch in &mut lane.batches {
                batch.close();
                batch.urgent = allowed;
            }
        }
    }

    /// True when something of the last round could not be sent and is still held.
    pub(crate) fn missed(&self) -> bool {
        self.missed
    }

    /// True until every batch of the round was tried.
    pub(crate) fn in_round(&self) -> bool {
        self.batches().any(|batch| batch.urgent)
    }

    /// When there is something to do without any input; `None` when nothing is held.
    pub(crate) fn due(&self) -> Option<Tick> {
        let lanes = self.lanes.iter();
        lanes.filter_map(|lane| self.lane_due(lane)).min()
    }

    /// What to send now. Its [`answer`](Self::answer) must come before the next one is asked for.
    pub(crate) fn next(&mut self, now: Tick) -> Option<(Context, &Batch)> {
        self.expire(now);
        let ready = self.lanes.iter().enumerate().filter_map(|(index, lane)| {
            let front = lane.batches.front()?;
            let urgent = lane.batches.iter().any(|batch| batch.urgent);
            (self.ready(lane, front) <= now).then_some((!urgent, front.since, index))
        });
        let (_, _, index) = ready.min()?;
        let lane = self.lanes.get_mut(index)?;
        let batch = lane.take()?;
        let context = lane.context;
        let (_, batch) = self.in_flight.insert((index, batch));
        Some((context, batch))
    }

    /// Carries out what the policy says about the outcome of the request.
    pub(crate) fn answer(&mut self, now: Tick, outcome: &Outcome) {
        let Some((index, batch)) = self.in_flight.take() else {
            return;
        };
        match outcome {
            Outcome::Response(response) => self.answered(now, index, batch, *response),
            Outcome::NotSent(_) => self.retry(now, index, batch, None),
            Outcome::Ambiguous(_) => match self.policy.ambiguous {
                Ambiguous::AtLeastOnce => self.retry(now, index, batch, None),
                Ambiguous::AtMostOnce => {
                    self.drop_batch(DropReason::Ambiguous, &batch);
                    self.back_off(now, None);
                }
            },
        }
    }

    /// The last step panicked: its batch is tried once more, then set aside for good.
    pub(crate) fn panicked(&mut self, now: Tick) {
        let Some((index, mut batch)) = self.in_flight.take() else {
            return;
        };
        batch.panics += 1;
        if batch.panics > 1 {
            self.drop_batch(DropReason::Quarantined, &batch);
            self.back_off(now, None);
        } else {
            self.retry(now, index, batch, None);
        }
    }

    /// Drops everything that is held.
    pub(crate) fn abandon(&mut self, reason: DropReason) {
        self.settled.drop_events(reason, self.held_events);
        self.forget(self.settled);
    }

    /// Forgets everything that is held: it was counted elsewhere, and these are the counts.
    pub(crate) fn forget(&mut self, settled: Settled) {
        self.in_flight = None;
        self.lanes.clear();
        self.held_events = 0;
        self.settled = settled;
    }

    fn answered(&mut self, now: Tick, index: usize, batch: Batch, response: Response) {
        let action = self.policy.action(response.status);
        if action != Action::Retry {
            self.failures = 0;
            self.backoff_until = now;
        }
        match action {
            Action::Deliver => self.deliver(index, &batch),
            Action::Retry => self.retry(now, index, batch, response.retry_after),
            Action::Split => self.split(index, batch),
            Action::Bisect => self.bisect(index, batch),
            Action::Pause => self.pause(now, index, batch, response.retry_after),
            Action::Drop => self.drop_batch(DropReason::Rejected, &batch),
        }
    }

    fn deliver(&mut self, index: usize, batch: &Batch) {
        self.settled.delivered += batch.len() as u64;
        self.held_events -= batch.len() as u64;
        if let Some(lane) = self.lanes.get_mut(index) {
            lane.trust();
        }
    }

    fn retry(&mut self, now: Tick, index: usize, mut batch: Batch, after: Option<Duration>) {
        self.back_off(now, after);
        let most = self.policy.max_retries;
        if most.is_some_and(|most| batch.retries >= most) {
            return self.drop_batch(DropReason::Exhausted, &batch);
        }
        batch.retries += 1;
        self.missed |= std::mem::take(&mut batch.urgent);
        if let Some(lane) = self.lanes.get_mut(index) {
            lane.batches.push_front(batch);
        }
    }

    /// A failure is the collector's or the network's, so every lane waits.
    fn back_off(&mut self, now: Tick, after: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        let longest = self.policy.backoff_after(self.failures).max(LEAST_WAIT);
        self.backoff_until = now.saturating_add(longest.mul_f64(self.random.f64()));
        if let Some(after) = after {
            self.closed_until = now.saturating_add(after.min(self.policy.retry_after_cap));
        }
        for lane in &mut self.lanes {
            self.missed |= lane.calm();
        }
    }

    fn split(&mut self, index: usize, batch: Batch) {
        match batch.halves_by_bytes() {
            Ok(halves) => self.put_back_halves(index, halves),
            Err(lone) => self.drop_batch(DropReason::TooLarge, &lone),
        }
    }

    /// Cuts a rejected batch to find the events that are to blame: see [`Policy`] for the number of
    /// requests.
    fn bisect(&mut self, index: usize, mut batch: Batch) {
        let lane = self.lanes.get_mut(index);
        if !lane.is_some_and(|lane| lane.may_cut(&batch)) {
            return self.drop_batch(DropReason::Rejected, &batch);
        }
        batch.suspect = true;
        match batch.halves_by_count() {
            Ok(halves) => self.put_back_halves(index, halves),
            Err(lone) => self.drop_batch(DropReason::Rejected, &lone),
        }
    }

    fn pause(&mut self, now: Tick, index: usize, batch: Batch, after: Option<Duration>) {
        let asked = after.map(|after| after.min(self.policy.retry_after_cap));
        let asked = asked.filter(|asked| !asked.is_zero());
        let pause = asked.unwrap_or(self.policy.pause).max(LEAST_WAIT);
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        lane.batches.push_front(batch);
        lane.paused_until = now.saturating_add(pause);
        self.missed |= lane.calm();
    }

    fn put_back_halves(&mut self, index: usize, halves: [Batch; 2]) {
        if let Some(lane) = self.lanes.get_mut(index) {
            lane.put_back_halves(halves);
        }
    }

    fn expire(&mut self, now: Tick) {
        let oldest = now.saturating_sub(self.policy.max_age);
        for index in 0..self.lanes.len() {
            let take = |lane: &mut Lane| lane.take_older_than(oldest);
            while let Some(batch) = self.lanes.get_mut(index).and_then(take) {
                self.drop_batch(DropReason::Expired, &batch);
            }
        }
    }

    fn drop_batch(&mut self, reason: DropReason, batch: &Batch) {
        self.settled.drop_events(reason, batch.len() as u64);
        self.held_events -= batch.len() as u64;
    }

    fn lane(&mut self, context: Context) -> &mut Lane {
        let found = self.lanes.iter().position(|lane| lane.context == context);
        let index = found.unwrap_or_else(|| {
            self.lanes.push(Lane::new(context));
            self.lanes.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "found or pushed just above")]
        &mut self.lanes[index]
    }

    fn lane_due(&self, lane: &Lane) -> Option<Tick> {
        // One nanosecond later it is older than allowed.
        let age = self.policy.max_age.saturating_add(Duration::from_nanos(1));
        let front = lane.batches.front()?;
        let expiry = front.since.saturating_add(age);
        Some(self.ready(lane, front).min(expiry))
    }

    /// When the request with the lane's front batch may be made.
    fn ready(&self, lane: &Lane, front: &Batch) -> Tick {
        let wanted = self.wanted(front);
        wanted.max(lane.paused_until).max(self.closed_until)
    }

    /// When the batch is due, as far as it is up to us.
    fn wanted(&self, batch: &Batch) -> Tick {
        match (batch.urgent, batch.closed) {
            (true, _) => Tick::ZERO,
            (false, true) => self.backoff_until,
            (false, false) => {
                let full_or_old = batch.since.saturating_add(self.limits.flush_interval);
                full_or_old.max(self.backoff_until)
            }
        }
    }
}
