//! The core under a virtual clock.

mod incoming;
mod rejected;
mod simulation;
mod stored;
mod time;

use std::{
    collections::VecDeque,
    ops::{Add, Deref, DerefMut},
};

use super::{
    incoming::{BatchConfig, Change, Incoming, Taken},
    *,
};
use crate::{
    product::policy::Action,
    transport::{Failure, FailureKind, Response},
};

const SECOND: Duration = Duration::from_secs(1);
const INTERVAL: Duration = Duration::from_secs(120);

impl From<Duration> for MonoTime {
    fn from(elapsed: Duration) -> Self {
        Self::from_start(elapsed)
    }
}

impl Add<Duration> for MonoTime {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        self.saturating_add(duration)
    }
}

fn at(elapsed: Duration) -> MonoTime {
    MonoTime::from_start(elapsed)
}

/// The core with the incoming events of the queue, which the worker moves to the core.
struct Rig {
    core: Core,
    incoming: Incoming,
}

impl Rig {
    fn new(limits: BatchConfig, core: Core) -> Self {
        let incoming = Incoming::new(limits);
        Self { core, incoming }
    }

    fn add(&mut self, now: MonoTime, key: PartitionKey, event: &[u8]) {
        assert!(
            self.incoming
                .push(usize::MAX, key, event, None, || now)
                .is_some()
        );
        self.take(|_, _| false);
    }

    /// Moves the full batches to the core, and the open ones for which `also` is true.
    fn take(&mut self, also: impl Fn(&Core, &Batch) -> bool) {
        let Self { core, incoming } = self;
        let mut taken = VecDeque::new();
        let Taken { events, memory, .. } =
            incoming.take(usize::MAX, |open| also(core, open), &mut taken);
        let before = (core.held_events(), core.memory);
        for batch in taken {
            core.ingest(batch);
        }
        let after = (core.held_events(), core.memory);
        assert_eq!(after, (before.0 + events as u64, before.1 + memory));
    }

    fn begin_round(&mut self, now: MonoTime) {
        self.take(|_, _| true);
        self.core.begin_round(now);
    }

    fn next(&mut self, now: MonoTime) -> Option<&Batch> {
        self.take(|core, open| core.takes_at(open) <= now);
        self.core.next(now)
    }

    fn due(&self) -> Option<MonoTime> {
        let open = self.incoming.due(|open| self.core.takes_at(open));
        open.into_iter().chain(self.core.due()).min()
    }

    fn held_events(&self) -> u64 {
        self.core.held_events() + self.incoming.len() as u64
    }

    fn held_bytes(&self) -> usize {
        let in_core: usize = self.core.batches().map(Batch::byte_len).sum();
        in_core + self.incoming.byte_len()
    }
}

impl Deref for Rig {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

impl DerefMut for Rig {
    fn deref_mut(&mut self) -> &mut Core {
        &mut self.core
    }
}

fn core_with(policy: Policy) -> Rig {
    let limits = BatchConfig {
        batch_events: 8,
        batch_bytes: 1000,
    };
    let random = fastrand::Rng::with_seed(1);
    Rig::new(limits, Core::new(INTERVAL, policy, random))
}

fn core() -> Rig {
    core_with(Policy::default())
}

fn fill(
    core: &mut Rig,
    now: impl Into<MonoTime>,
    schema: &'static str,
    names: impl IntoIterator<Item = u32>,
) {
    let now = now.into();
    for name in names {
        core.add(
            now,
            PartitionKey::new(schema),
            format!("e{name}").as_bytes(),
        );
    }
}

fn sent(core: &mut Rig, now: impl Into<MonoTime>) -> Option<Vec<String>> {
    core.next(now.into()).map(texts)
}

fn texts(batch: &Batch) -> Vec<String> {
    let text = |event: &[u8]| String::from_utf8(event.to_vec()).unwrap();
    batch.events().map(text).collect()
}

/// Sends all batches that are ready and answers with `answers` in order, then with 200. Returns the
/// events of each request.
fn exchange(core: &mut Rig, now: impl Into<MonoTime>, answers: &[u16]) -> Vec<Vec<String>> {
    let (now, mut answers) = (now.into(), answers.iter());
    let mut all = Vec::new();
    while let Some(events) = sent(core, now) {
        all.push(events);
        core.on_outcome(now, &Outcome::status(*answers.next().unwrap_or(&200)));
    }
    all
}

fn not_sent() -> Outcome {
    Outcome::NotSent(Failure::new(FailureKind::Connect))
}

fn ambiguous() -> Outcome {
    Outcome::Ambiguous(Failure::new(FailureKind::Timeout))
}

fn dropped(core: &Core) -> u64 {
    core.resolved().dropped()
}

#[test]
fn an_open_batch_waits_for_the_interval_and_a_full_one_does_not() {
    let mut core = core();
    fill(&mut core, SECOND, "1.0", 0..3);
    assert_eq!(core.due(), Some(at(SECOND + INTERVAL)));
    assert!(core.next(at(SECOND)).is_none());
    fill(&mut core, SECOND * 2, "1.0", 3..10);
    assert_eq!(exchange(&mut core, SECOND * 2, &[])[0].len(), 8);
    assert_eq!(core.due(), Some(at(SECOND * 2 + INTERVAL)));
    assert_eq!(
        exchange(&mut core, SECOND * 2 + INTERVAL, &[]),
        [["e8", "e9"]]
    );
    assert_eq!(
        (core.due(), core.held_events(), core.held_bytes()),
        (None, 0, 0)
    );
}

#[test]
fn bytes_close_a_batch_and_a_large_event_is_sent_alone() {
    let mut core = core();
    for size in [600, 600, 2000, 1] {
        core.add(MonoTime::START, PartitionKey::new("1.0"), &vec![b'x'; size]);
    }
    let sizes: Vec<usize> = std::iter::from_fn(|| {
        let size = core.next(at(INTERVAL))?.byte_len();
        core.on_outcome(at(INTERVAL), &Outcome::delivered());
        Some(size)
    })
    .collect();
    assert_eq!(sizes, [600, 600, 2000, 1]);
}

#[test]
fn partitions_never_mix() {
    let mut core = core();
    for name in 0..6 {
        let schema = if name % 2 == 0 { "1.0" } else { "1.1" };
        fill(&mut core, MonoTime::START, schema, [name]);
    }
    core.begin_round(MonoTime::START);
    let batches = exchange(&mut core, MonoTime::START, &[]);
    assert_eq!(batches, [["e0", "e2", "e4"], ["e1", "e3", "e5"]]);
}

#[test]
fn a_failure_backs_off_and_holds_everything() {
    let policy = Policy::default().backoff(SECOND * 4, SECOND * 4);
    let mut core = core_with(policy);
    fill(&mut core, MonoTime::START, "1.0", 0..8);
    assert!(sent(&mut core, SECOND).is_some());
    core.on_outcome(at(SECOND), &not_sent());
    let again = core.due().unwrap();
    assert!(again > at(SECOND) && again <= at(SECOND * 5));
    assert!(
        core.next(again.saturating_sub(Duration::from_nanos(1)))
            .is_none()
    );
    assert_eq!(exchange(&mut core, again, &[]).len(), 1);
    assert_eq!((core.resolved().delivered, dropped(&core)), (8, 0));
}

#[test]
fn row_18_a_round_respects_a_retry_after_of_120_s() {
    let mut core = core();
    fill(&mut core, MonoTime::START, "1.0", 0..8);
    assert!(sent(&mut core, SECOND).is_some());
    let busy = Response::new(503).with_retry_after(SECOND * 120);
    core.on_outcome(at(SECOND), &busy.into());
    core.begin_round(at(SECOND * 2));
    assert!(!core.in_round() && core.flush_incomplete());
    assert!(core.next(at(SECOND * 120)).is_none());
    assert_eq!(exchange(&mut core, SECOND * 121, &[]).len(), 1);
}

#[test]
fn a_huge_retry_after_is_capped() {
    let mut core = core();
    fill(&mut core, MonoTime::START, "1.0", 0..8);
    assert!(sent(&mut core, SECOND).is_some());
    let huge = Response::new(429).with_retry_after(Duration::MAX);
    core.on_outcome(at(SECOND), &huge.into());
    assert_eq!(core.due(), Some(at(SECOND * 3601)));
}

#[test]
fn a_round_tries_once_with_any_backoff() {
    let mut core = core();
    fill(&mut core, MonoTime::START, "1.0", 0..3);
    for _ in 0..3 {
        core.begin_round(MonoTime::START);
        assert_eq!(exchange(&mut core, MonoTime::START, &[503]).len(), 1);
        assert!(!core.in_round() && core.flush_incomplete());
    }
    core.begin_round(MonoTime::START);
    assert_eq!(exchange(&mut core, MonoTime::START, &[]).len(), 1);
    assert!(!core.in_round() && !core.flush_incomplete());
}

/// Events recorded after a failure are sent in a separate request.
#[test]
fn a_failed_batch_is_not_joined_with_later_events() {
    let mut core = core();
    fill(&mut core, MonoTime::START, "1.0", 0..2);
    core.begin_round(MonoTime::START);
    assert_eq!(exchange(&mut core, MonoTime::START, &[503]).len(), 1);
    fill(&mut core, SECOND, "1.0", 2..4);
    core.begin_round(at(SECOND));
    let requests = exchange(&mut core, SECOND, &[]);
    assert_eq!(requests, [["e0", "e1"], ["e2", "e3"]]);
}

#[test]
fn the_policy_decides_on_ambiguous_outcomes() {
    for (policy, held) in [(OnAmbiguous::AtMostOnce, 0), (OnAmbiguous::AtLeastOnce, 8)] {
        let mut core = core_with(Policy::default().ambiguous(policy));
        fill(&mut core, MonoTime::START, "1.0", 0..8);
        assert!(sent(&mut core, SECOND).is_some());
        core.on_outcome(at(SECOND), &ambiguous());
        assert_eq!((core.held_events(), dropped(&core)), (held, 8 - held));
    }
}

#[test]
fn too_large_a_lone_event_is_dropped_and_a_split_is_not_a_retry() {
    let mut core = core_with(Policy::default().max_retries(0));
    fill(&mut core, MonoTime::START, "1.0", 0..2);
    core.begin_round(MonoTime::START);
    assert_eq!(
        exchange(&mut core, MonoTime::START, &[413, 413, 200]).len(),
        3
    );
    assert_eq!((core.resolved().delivered, dropped(&core)), (1, 1));
}

#[test]
fn a_batch_that_panics_twice_is_dropped_and_a_later_one_is_not() {
    let mut core = core();
    fill(&mut core, MonoTime::START, "1.0", 0..8);
    fill(&mut core, MonoTime::START, "1.0", 8..9);
    for held in [9, 1] {
        core.begin_round(MonoTime::START);
        assert!(sent(&mut core, MonoTime::START).is_some());
        core.panicked(MonoTime::START);
        assert_eq!(core.held_events(), held);
    }
    let mut expected = Resolved::default();
    expected.drop_events(DropReason::Quarantined, 8);
    assert_eq!(core.resolved(), expected);
    core.begin_round(MonoTime::START);
    assert_eq!(exchange(&mut core, MonoTime::START, &[]), [["e8"]]);
}

#[test]
fn retries_end_at_the_limit_of_the_policy() {
    let mut core = core_with(Policy::default().max_retries(3));
    fill(&mut core, MonoTime::START, "1.0", 0..1);
    let mut requests = 0;
    while core.held_events() > 0 {
        core.begin_round(MonoTime::START);
        requests += exchange(&mut core, MonoTime::START, &[500]).len();
    }
    assert_eq!((requests, dropped(&core)), (4, 1));
}
