//! The queue and the core without a thread.

use std::task::{Poll, Waker};

use super::{arena::Drained, worker_side::WaitFor, *};
use crate::{
    delivery::{
        core::{
            Core,
            partition::{BatchConfig, PartitionKey},
        },
        epoch::Epoch,
        health::{DropReason, RecordError},
        mono_time::MonoTime,
    },
    product::policy::Policy,
    transport::Outcome,
};

const LARGE: QueueConfig = QueueConfig {
    bytes: 64 * 1024,
    wake_events: 50,
    wake_bytes: 16 * 1024,
    ..CONFIG
};

const CONFIG: QueueConfig = QueueConfig {
    bytes: 2048,
    wake_events: 3,
    wake_bytes: 600,
    flush_interval: Duration::from_secs(120),
    reports_loss: false,
};

fn core(config: &QueueConfig) -> Core {
    let limits = BatchConfig {
        batch_events: config.wake_events,
        batch_bytes: config.wake_bytes,
        flush_interval: config.flush_interval,
    };
    Core::new(limits, Policy::default(), fastrand::Rng::with_seed(1))
}

fn enqueue(queue: &Queue, event: &[u8]) -> Result<bool, RecordError> {
    let (accepted, start) = queue.enqueue(Epoch::FIRST, PartitionKey::new("1.0"), event, 0);
    accepted.map(|_| start)
}

/// All memory that the queue and the worker have allocated for events.
fn memory(queue: &Queue, core: &Core, drained: &Drained) -> usize {
    queue.lock().arena.memory() + core.report().memory + drained.memory()
}

/// Does what the worker does, at a time when all events of the arena are due.
fn drain(queue: &Queue, core: &mut Core, drained: &mut Drained) -> usize {
    let late = MonoTime::from_start(Duration::from_secs(1000));
    let work = queue.next_work(|| late, wait_for(core), drained);
    let mut count = 0;
    while drained.read_next(|key, event| core.ingest(work.since, key, event)) {
        count += 1;
        let (held, bound) = (memory(queue, core, drained), queue.config.bytes);
        // The events of one chunk are held twice until it is freed, and batches grow in steps.
        assert!(held <= bound + bound / 8 + 16 * 1024, "{held}");
    }
    queue.return_chunks(&core.report(), drained);
    count
}

fn wait_for(core: &Core) -> WaitFor {
    WaitFor::new(Epoch::FIRST, &core.report())
}

fn deliver_all(queue: &Queue, core: &mut Core, drained: &Drained) {
    core.begin_round(MonoTime::START);
    while core.next(MonoTime::START).is_some() {
        core.on_outcome(MonoTime::START, &Outcome::delivered());
    }
    let _ = queue.publish(
        Epoch::FIRST,
        &core.report(),
        drained,
        Some(Outcome::delivered()),
    );
}

#[test]
fn the_newest_event_is_refused_when_full() {
    let queue = Queue::new(CONFIG, Clock::default());
    let event = [b'x'; 248];
    for _ in 0..4 {
        assert!(enqueue(&queue, &event).is_ok());
    }
    // The arena has space, but the batches that the events will be in do not fit.
    assert_eq!(enqueue(&queue, &event), Err(RecordError::QueueFull));
    let health = queue.health();
    assert_eq!((health.held(), health.accepted()), (4, 4));
    assert_eq!(health.refused_for(RecordError::QueueFull), 1);
    assert!(queue.lock().arena.memory() <= CONFIG.bytes);
}

#[test]
fn events_of_the_worker_count_until_they_are_resolved() {
    let (queue, mut core, mut drained) = (
        Queue::new(CONFIG, Clock::default()),
        core(&CONFIG),
        Drained::default(),
    );
    for _ in 0..2 {
        assert!(enqueue(&queue, &[b'x'; 500]).is_ok());
    }
    assert_eq!(drain(&queue, &mut core, &mut drained), 2);
    assert_eq!(queue.health().held(), 2);
    assert!(core.report().memory > 1000);
    assert_eq!(enqueue(&queue, &[b'x'; 1000]), Err(RecordError::QueueFull));
    deliver_all(&queue, &mut core, &drained);
    assert_eq!((queue.health().held(), queue.health().delivered()), (0, 2));
    assert!(enqueue(&queue, &[b'x'; 1000]).is_ok());
}

#[test]
fn memory_is_bounded_and_constant_in_the_steady_state() {
    let (queue, mut core, mut drained) = (
        Queue::new(LARGE, Clock::default()),
        core(&LARGE),
        Drained::default(),
    );
    let mut peaks = Vec::new();
    for _ in 0..20 {
        let mut accepted = 0;
        while enqueue(&queue, &[b'x'; 200]).is_ok() {
            accepted += 1;
        }
        peaks.push((accepted, memory(&queue, &core, &drained)));
        drain(&queue, &mut core, &mut drained);
        deliver_all(&queue, &mut core, &drained);
        let kept = queue.lock().arena.memory();
        assert!(kept <= LARGE.bytes / 8, "{kept}");
    }
    assert!(peaks.iter().all(|peak| peak.1 <= LARGE.bytes), "{peaks:?}");
    assert!(peaks[1..].iter().all(|peak| *peak == peaks[1]), "{peaks:?}");
}

#[test]
fn events_that_the_worker_reads_no_longer_fill_the_queue() {
    let (queue, core) = (Queue::new(LARGE, Clock::default()), core(&LARGE));
    let mut drained = Drained::default();
    // With their headers, these events take half of the queue, and the next ones a third.
    for _ in 0..LARGE.bytes / 2 / 256 {
        assert!(enqueue(&queue, &[b'x'; 248]).is_ok());
    }
    let work = queue.next_work(|| MonoTime::START, wait_for(&core), &mut drained);
    assert!(work.epoch_change.is_none() && drained.len() == 128);
    for _ in 0..LARGE.bytes / 3 / 256 {
        assert!(enqueue(&queue, &[b'x'; 248]).is_ok());
    }
    let left = LARGE.bytes - drained.memory() - queue.lock().arena.memory();
    assert!(left <= LARGE.bytes / 6, "{left}");
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
            [refuse(), queue.close(now)]
        } else {
            [queue.close(now), refuse()]
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
    assert!(queue.close(now));
    // A second call does not change the deadline.
    assert!(!queue.close(now + Duration::from_secs(1)));
    assert_eq!(queue.shutdown(), Some(now));
    assert_eq!(enqueue(&queue, b"x"), Err(RecordError::ShutDown));
    assert_eq!(
        queue.wait(WaitTarget::WorkerEnd, None),
        FlushOutcome::Complete
    );
}

#[test]
fn memory_stays_bounded_with_many_small_batches() {
    let small = |wake_events, wake_bytes| QueueConfig {
        wake_events,
        wake_bytes,
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
            let mut drained = Drained::default();
            while enqueue(&queue, &vec![b'x'; len]).is_ok() {}
            assert!(drain(&queue, &mut core, &mut drained) > 30);
            let held = memory(&queue, &core, &drained);
            // The open batch has reserved one step.
            assert!(held <= config.bytes + 8 * 1024, "{len}: {held} {config:?}");
            deliver_all(&queue, &mut core, &drained);
            assert!(memory(&queue, &core, &drained) <= config.bytes / 8);
        }
    }
}

#[test]
fn the_work_for_futures_that_wait_grows_linearly_with_their_number() {
    let queue = Queue::new(LARGE, Clock::default());
    let (mut core, mut drained) = (core(&LARGE), Drained::default());
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
    drain(&queue, &mut core, &mut drained);
    deliver_all(&queue, &mut core, &drained);
    queue.run_timer();
    assert!(queue.lock().waiters.is_empty());
    woken.iter().for_each(|key| queue.remove_waiter(*key));
    let steps = queue.lock().waiters.steps;
    assert!(steps <= 3 * futures as u64, "{steps}");
}
