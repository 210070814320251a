//! A simulation with random events, outcomes, flushes and times that checks the invariants of the core.

use std::collections::BTreeMap;

use super::*;

const KEYS: [PartitionKey; 3] = [
    PartitionKey::new("1.0"),
    PartitionKey::new("1.1"),
    PartitionKey::new("2.0"),
];
const STATUSES: [u16; 12] = [302, 400, 401, 404, 408, 413, 422, 425, 429, 500, 503, 700];
/// Further events are refused, as by a full queue.
const MAX_HELD: u64 = 200;

/// Prints how to reproduce a failure.
struct Replay {
    seed: u64,
    step: u32,
}

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed with seed {} at step {}", self.seed, self.step);
        }
    }
}

/// The state of one partition as seen from outside.
#[derive(Default)]
struct Seen {
    /// When each event was accepted; the index is the event's name.
    accepted: Vec<MonoTime>,
    /// The next request must begin with this event.
    next: usize,
    paused_until: MonoTime,
    /// Some events expired since the last request.
    expired: bool,
}

struct Simulation {
    random: fastrand::Rng,
    policy: Policy,
    core: Rig,
    now: MonoTime,
    accepted: u64,
    closed_until: MonoTime,
    seen: BTreeMap<PartitionKey, Seen>,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let policy = match seed % 2 {
            0 => Policy::default(),
            _ => random_policy(&mut random),
        };
        let limits = BatchConfig {
            batch_events: random.usize(1..20),
            batch_bytes: random.usize(20..400),
        };
        let flush_interval = SECOND * random.u32(0..300);
        let core = Core::new(flush_interval, policy, random.fork());
        Self {
            core: Rig::new(limits, core),
            random,
            policy,
            now: MonoTime::START,
            accepted: 0,
            closed_until: MonoTime::START,
            seen: KEYS.map(|key| (key, Seen::default())).into(),
        }
    }

    fn step(&mut self) {
        match self.random.u8(..16) {
            0..8 => self.record(),
            8 => self.core.begin_round(self.now),
            9 => self.finish_round(),
            10 => self.now = self.now + SECOND * self.random.u32(..60),
            11 => self.now = self.core.due().unwrap_or_default().max(self.now),
            _ => {
                self.exchange();
            }
        }
        let resolved = self.core.resolved();
        let sum = resolved.delivered + resolved.dropped() + self.core.held_events();
        assert_eq!(self.accepted, sum, "accepted = delivered + dropped + held");
    }

    fn record(&mut self) {
        if self.core.held_events() >= MAX_HELD {
            return;
        }
        let key = *self.random.choice(&KEYS).unwrap();
        let seen = self.seen.get_mut(&key).unwrap();
        let name = format!("{}:{}", key.schema_version(), seen.accepted.len());
        seen.accepted.push(self.now);
        self.core.add(self.now, key, name.as_bytes());
        self.accepted += 1;
    }

    /// A batch takes little memory besides its events.
    fn check_memory(&self) {
        let memory = self.core.report().memory;
        let sum: usize = self.core.batches().map(Batch::memory).sum();
        assert_eq!(memory, sum);
        let memory = memory + self.core.incoming.memory();
        let (events, bytes) = (self.core.held_events() as usize, self.core.held_bytes());
        let open = KEYS.len() * (4096 + 512);
        let bound = bytes * 2 + events * (size_of::<Batch>() + 64) + open;
        assert!(memory <= bound, "{memory} for {events} events of {bytes}");
    }

    /// A round must end without time passing.
    fn finish_round(&mut self) {
        self.core.begin_round(self.now);
        let most = 4 * self.core.held_events() + 10;
        for _ in 0..most {
            if !self.core.in_round() {
                return;
            }
            let stuck = !self.exchange() && self.core.in_round();
            assert!(!stuck, "an urgent batch cannot be sent");
        }
        panic!("the round does not end");
    }

    /// Sends a batch that is due and answers at random; false if no batch is due.
    fn exchange(&mut self) -> bool {
        let held = self.core.held_events();
        let Some(batch) = self.core.next(self.now) else {
            assert!(self.core.due().is_none_or(|due| due > self.now));
            self.note_expired(held);
            return false;
        };
        let key = batch.key;
        let prefix = format!("{}:", key.schema_version());
        let name = |event: &[u8]| {
            let text = std::str::from_utf8(event).unwrap();
            let name = text.strip_prefix(&prefix).expect("partitions never mix");
            name.parse::<usize>().unwrap()
        };
        let names: Vec<_> = batch.events().map(name).collect();
        self.note_expired(held);
        self.check_memory();
        self.check_request(key, &names);
        let outcome = self.outcome();
        let held = self.core.held_events();
        match &outcome {
            None => self.core.panicked(self.now),
            Some(outcome) => {
                self.note_pauses(key, outcome);
                self.core.on_outcome(self.now, outcome);
            }
        }
        let gone = held - self.core.held_events();
        let seen = self.seen.get_mut(&key).unwrap();
        seen.next = names[0];
        if gone > 0 {
            assert!(gone <= names.len() as u64);
            seen.next += names.len();
        }
        true
    }

    fn note_expired(&mut self, held: u64) {
        if self.core.held_events() < held {
            self.seen.values_mut().for_each(|seen| seen.expired = true);
        }
    }

    fn check_request(&mut self, key: PartitionKey, names: &[usize]) {
        let seen = self.seen.get_mut(&key).unwrap();
        assert!(self.now >= self.closed_until, "the collector asked to wait");
        assert!(self.now >= seen.paused_until, "the partition is paused");
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?} out of order");
        let oldest = self.now.saturating_sub(self.policy.max_age);
        assert!(names.iter().all(|name| seen.accepted[*name] >= oldest));
        let is_whole = names[names.len() - 1] - names[0] == names.len() - 1;
        assert!(is_whole && (seen.expired || names[0] == seen.next));
        seen.expired = false;
    }

    /// A random outcome; `None` is a panic.
    fn outcome(&mut self) -> Option<Outcome> {
        let status = *self.random.choice(&STATUSES).unwrap();
        let response = Response::new(status);
        let after = SECOND * self.random.u32(..100);
        match self.random.u8(..20) {
            0 => None,
            1 => Some(not_sent()),
            2 => Some(ambiguous()),
            3..6 => Some(response.into()),
            6..9 => Some(response.with_retry_after(after).into()),
            _ => Some(Outcome::delivered()),
        }
    }

    fn note_pauses(&mut self, key: PartitionKey, outcome: &Outcome) {
        let Outcome::Response(response) = outcome else {
            return;
        };
        let cap = self.policy.retry_after_cap;
        let after = response.retry_after().map(|after| after.min(cap));
        match self.policy.action(response.status()) {
            Action::Retry => {
                if let Some(after) = after {
                    self.closed_until = self.now + after;
                }
            }
            Action::Pause => {
                let pause = after.unwrap_or(self.policy.pause);
                self.seen.get_mut(&key).unwrap().paused_until = self.now + pause;
            }
            _ => {}
        }
    }

    fn end(mut self) -> u64 {
        let delivered = self.core.resolved().delivered;
        self.core.take(|_, _| true);
        self.core.drop_all(DropReason::Shutdown);
        let resolved = self.core.resolved();
        assert_eq!(self.accepted, resolved.delivered + resolved.dropped());
        assert_eq!((self.core.held_bytes(), self.core.report().memory), (0, 0));
        assert_eq!(self.core.due(), None);
        delivered
    }
}

fn random_policy(random: &mut fastrand::Rng) -> Policy {
    use Action::*;
    let mut policy = Policy::new()
        .max_age(SECOND * random.u32(1..5000))
        .retry_after_cap(SECOND * random.u32(..60))
        .pause(SECOND * random.u32(..600))
        .backoff(SECOND * random.u32(..4), SECOND * random.u32(..400));
    if random.bool() {
        policy = policy.max_retries(random.u32(..6));
    }
    if random.bool() {
        policy = policy.ambiguous(OnAmbiguous::AtLeastOnce);
    }
    for status in STATUSES {
        let actions = [Deliver, Retry, Split, Bisect, Pause, Drop];
        policy = policy.row(status..=status, *random.choice(&actions).unwrap());
    }
    policy
}

/// A million steps: half of them under the default policy, half under random ones.
#[test]
fn a_million_random_steps_lose_no_count_order_or_limit() {
    const STEPS: u32 = 10_000;
    let mut delivered = 0;
    for seed in 0..102 {
        let mut replay = Replay { seed, step: 0 };
        let mut simulation = Simulation::new(seed);
        while replay.step < STEPS {
            simulation.step();
            replay.step += 1;
        }
        delivered += simulation.end();
    }
    assert!(delivered > 100_000, "{delivered}");
}
