//! The queue and the core without a thread.

use std::{
    collections::VecDeque,
    task::{Poll, Waker},
};

use super::{recorded::Recorded, worker_side::WaitFor, *};
use crate::{
    delivery::{
        core::{Core, batch::Batch, incoming::BatchConfig, key::PartitionKey},
        epoch::Epoch,
        health::{DropReason, RecordError},
        mono_time::MonoTime,
    },
    product::policy::Policy,
    transport::Outcome,
};

pub(super) const LARGE: QueueConfig = QueueConfig {
    bytes: 64 * 1024,
    batches: BatchConfig {
        batch_events: 50,
        batch_bytes: 16 * 1024,
    },
    ..CONFIG
};

pub(super) const CONFIG: QueueConfig = QueueConfig {
    bytes: 2048,
    batches: BatchConfig {
        batch_events: 3,
        batch_bytes: 600,
    },
    flush_interval: Duration::from_secs(120),
    reports_loss: false,
};

pub(super) fn core(config: &QueueConfig) -> Core {
    let random = fastrand::Rng::with_seed(1);
    Core::new(config.flush_interval, Policy::default(), random)
}

pub(super) fn enqueue(queue: &Queue, event: &[u8]) -> Result<bool, RecordError> {
    let event = Recorded::in_memory(event, 0);
    let (accepted, start) = queue.enqueue(Epoch::FIRST, PartitionKey::new("1.0"), &event);
    accepted.map(|_| start)
}

/// All memory that the queue and the worker have allocated for events.
pub(super) fn memory(queue: &Queue, core: &Core) -> usize {
    queue.lock().incoming.memory() + core.report().memory
}

/// Does what the worker does, at a time when all events are due.
pub(super) fn take(queue: &Queue, core: &mut Core) -> usize {
    let late = MonoTime::from_start(Duration::from_secs(1000));
    let (mut taken, before) = (VecDeque::new(), memory(queue, core));
    let takes_at = |_: &Batch| MonoTime::START;
    let work = queue.next_work(|| late, wait_for(core), takes_at, &mut taken);
    assert!(work.epoch_change.is_none());
    let events = taken.iter().map(Batch::len).sum();
    for batch in taken {
        core.ingest(batch);
    }
    assert!(memory(queue, core) <= before);
    assert_eq!(queue.lock().worker_memory, core.report().memory);
    events
}

pub(super) fn wait_for(core: &Core) -> WaitFor {
    WaitFor::new(Epoch::FIRST, &core.report())
}

pub(super) fn deliver_all(queue: &Queue, core: &mut Core) {
    core.begin_round(MonoTime::START);
    while core.next(MonoTime::START).is_some() {
        core.on_outcome(MonoTime::START, &Outcome::delivered());
        let (spent, answer) = (core.take_spent(), Some(Outcome::delivered()));
        let report = core.report();
        let _ = queue.publish(Epoch::FIRST, &report, &VecDeque::new(), spent, answer);
    }
}

#[test]
fn the_newest_event_is_refused_when_full() {
    let queue = Queue::new(CONFIG, Clock::default());
    let event = [b'x'; 248];
    for _ in 0..4 {
        assert!(enqueue(&queue, &event).is_ok());
    }
    while enqueue(&queue, &event).is_ok() {
        assert!(queue.lock().incoming.memory() <= CONFIG.bytes);
    }
    let health = queue.health();
    assert!((4..8).contains(&health.held()), "{health:?}");
    assert_eq!(health.refused_for(RecordError::QueueFull), 1);
    // A shorter event still fits.
    assert_eq!(enqueue(&queue, b"x"), Ok(false));
    assert!(queue.lock().incoming.memory() <= CONFIG.bytes);
}

#[test]
fn events_of_the_worker_count_until_they_are_resolved() {
    let (queue, mut core) = (Queue::new(CONFIG, Clock::default()), core(&CONFIG));
    for _ in 0..2 {
        assert!(enqueue(&queue, &[b'x'; 500]).is_ok());
    }
    assert_eq!(take(&queue, &mut core), 2);
    assert_eq!(queue.health().held(), 2);
    assert!(core.report().memory > 1000);
    assert_eq!(enqueue(&queue, &[b'x'; 1000]), Err(RecordError::QueueFull));
    deliver_all(&queue, &mut core);
    assert_eq!((queue.health().held(), queue.health().delivered()), (0, 2));
    assert!(enqueue(&queue, &[b'x'; 1000]).is_ok());
}

#[test]
fn memory_is_bounded_and_constant_in_the_steady_state() {
    let (queue, mut core) = (Queue::new(LARGE, Clock::default()), core(&LARGE));
    let mut peaks = Vec::new();
    for _ in 0..20 {
        let mut accepted = 0;
        while enqueue(&queue, &[b'x'; 200]).is_ok() {
            accepted += 1;
        }
        peaks.push((accepted, memory(&queue, &core)));
        take(&queue, &mut core);
        deliver_all(&queue, &mut core);
        let kept = queue.lock().incoming.memory();
        assert!((1..=LARGE.bytes / 2).contains(&kept), "{kept}");
    }
    assert!(peaks.iter().all(|peak| peak.1 <= LARGE.bytes), "{peaks:?}");
    assert!(peaks[1..].iter().all(|peak| *peak == peaks[1]), "{peaks:?}");
}

#[test]
fn a_worker_without_work_for_a_flush_interval_frees_memory() {
    let config = QueueConfig {
        flush_interval: Duration::ZERO,
        ..LARGE
    };
    let (queue, mut core) = (Queue::new(config, Clock::default()), core(&config));
    assert!(enqueue(&queue, b"x").is_ok());
    take(&queue, &mut core);
    deliver_all(&queue, &mut core);
    assert!(queue.lock().incoming.memory() > 0);
    let takes_at = |open: &Batch| open.since;
    let now = || MonoTime::START;
    let work = queue.next_work(now, wait_for(&core), takes_at, &mut VecDeque::new());
    assert!(work.idle);
    assert_eq!(queue.lock().incoming.memory(), 0);
}

#[test]
fn only_the_first_event_starts_the_worker() {
    let queue = Queue::new(CONFIG, Clock::default());
    assert_eq!(enqueue(&queue, b"x"), Ok(true));
    assert_eq!(enqueue(&queue, b"x"), Ok(false));
}

#[test]
fn a_refused_thread_is_tried_again_after_the_interval_or_by_a_flush() {
    let queue = Queue::new(CONFIG, Clock::default());
    assert_eq!(enqueue(&queue, b"x"), Ok(true));
    assert!(!queue.wants_thread());
    assert!(!queue.thread_refused(Duration::from_secs(60)));
    assert_eq!(enqueue(&queue, b"x"), Ok(false));
    assert!(queue.wants_thread());
    assert!(!queue.thread_refused(Duration::ZERO));
    assert_eq!(enqueue(&queue, b"x"), Ok(true));
}

#[test]
fn a_flush_waits_until_an_attempt_to_start_the_thread_fails() {
    let queue = Queue::new(CONFIG, Clock::default());
    assert_eq!(enqueue(&queue, b"x"), Ok(true));
    let target = queue.request_flush().unwrap();
    let now = Some(Instant::now());
    assert_eq!(queue.wait(target, now), FlushOutcome::DeadlinePassed);
    let poll = || queue.poll(target, None, &mut 0, Waker::noop());
    assert_eq!(poll(), (Poll::Pending, true));
    queue.thread_refused(Duration::from_secs(60));
    assert_eq!(queue.wait(target, None), FlushOutcome::Incomplete);
    assert_eq!(poll(), (Poll::Ready(FlushOutcome::Incomplete), false));
}

/// The attempt to start the thread fails before or after the shutdown begins.
#[test]
fn a_shutdown_without_a_thread_ends_the_client() {
    for refused_before in [false, true] {
        let queue = Queue::new(CONFIG, Clock::default());
        assert_eq!(enqueue(&queue, b"x"), Ok(true));
        let now = Instant::now();
        let refuse = || queue.thread_refused(Duration::from_secs(60));
        let ended = if refused_before {
            [refuse(), queue.close(now).ended]
        } else {
            [queue.close(now).ended, refuse()]
        };
        assert_eq!(ended, [false, true]);
        assert!(!queue.wants_thread());
        assert_eq!(
            queue.wait(WaitTarget::WorkerEnd, None),
            FlushOutcome::Incomplete
        );
        let health = queue.health();
        let lost = health.dropped_for(DropReason::NoThread);
        assert_eq!((health.held(), lost, health.dropped()), (0, 1, 1));
    }
}

#[test]
fn events_are_refused_after_closing() {
    let queue = Queue::new(CONFIG, Clock::default());
    let now = Instant::now();
    assert!(queue.close(now).ended);
    // A second call does not change the deadline.
    assert!(!queue.close(now + Duration::from_secs(1)).ended);
    assert_eq!(queue.shutdown(), Some(now));
    assert_eq!(enqueue(&queue, b"x"), Err(RecordError::ShutDown));
    assert_eq!(
        queue.wait(WaitTarget::WorkerEnd, None),
        FlushOutcome::Complete
    );
}

#[test]
fn memory_stays_bounded_with_many_small_batches() {
    let small = |batch_events, batch_bytes| QueueConfig {
        batches: BatchConfig {
            batch_events,
            batch_bytes,
        },
        ..LARGE
    };
    for config in [
        small(1, 16 * 1024),
        small(3, 16 * 1024),
        small(50, 1),
        LARGE,
    ] {
        for len in [0, 20, 90, 1000] {
            let (queue, mut core) = (Queue::new(config, Clock::default()), core(&config));
            while enqueue(&queue, &vec![b'x'; len]).is_ok() {}
            assert!(take(&queue, &mut core) > 30);
            let held = memory(&queue, &core);
            assert!(held <= config.bytes, "{len}: {held} {config:?}");
            deliver_all(&queue, &mut core);
            assert!(memory(&queue, &core) <= config.bytes / 2);
        }
    }
}

#[test]
fn the_work_for_futures_that_wait_grows_linearly_with_their_number() {
    let queue = Queue::new(LARGE, Clock::default());
    let mut core = core(&LARGE);
    enqueue(&queue, b"event").unwrap();
    let futures = 20_000;
    let mut keys = vec![0; futures];
    // The deadlines decrease: each one is the earliest.
    let until = Instant::now() + Duration::from_secs(3600);
    for (number, key) in (0_u64..).zip(&mut keys) {
        let target = queue.request_flush().unwrap();
        let deadline = until - Duration::from_millis(number);
        let (poll, start) = queue.poll(target, Some(deadline), key, Waker::noop());
        assert!(poll.is_pending());
        assert_eq!(start, number == 0);
    }
    // A tenth of them are dropped before the flush ends, the others after it.
    let (dropped, woken) = keys.split_at(futures / 10);
    dropped.iter().for_each(|key| queue.remove_waiter(*key));
    take(&queue, &mut core);
    deliver_all(&queue, &mut core);
    queue.run_timer();
    assert!(queue.lock().waiters.is_empty());
    woken.iter().for_each(|key| queue.remove_waiter(*key));
    let steps = queue.lock().waiters.steps;
    assert!(steps <= 3 * futures as u64, "{steps}");
}
