//! What the queue promises, without a thread.

use super::*;
use crate::DropReason;
use crate::client::{lane::Limits, policy::Policy};

const BOUNDS: Bounds = Bounds {
    bytes: 100,
    mark_events: 3,
    mark_bytes: 60,
    flush_interval: Duration::from_secs(120),
};

fn core() -> Core {
    let limits = Limits {
        batch_events: 3,
        batch_bytes: 60,
        flush_interval: BOUNDS.flush_interval,
    };
    Core::new(limits, Policy::default(), fastrand::Rng::with_seed(1))
}

/// As the worker does it, at a time when everything in the arena is ripe.
fn drain(queue: &Queue, core: &mut Core) -> usize {
    let mut taken = Arena::default();
    let late = Tick::from_secs(1000);
    let orders = queue.orders(|| late, core, &mut taken);
    for (context, event) in taken.events() {
        core.ingest(orders.since, context, event);
    }
    taken.events().count()
}

#[test]
fn the_newest_event_is_refused_when_full_and_bytes_are_exact() {
    let queue = Queue::new(BOUNDS);
    let event = [b'x'; 25];
    for _ in 0..4 {
        assert!(queue.accept("1.0", &event, 0).is_ok());
    }
    assert_eq!(queue.accept("1.0", b"y", 0), Err(NotRecorded::QueueFull));
    let health = queue.health();
    assert_eq!((health.held, health.accepted()), (4, 4));
    assert_eq!(health.refused_for(NotRecorded::QueueFull), 1);
}

#[test]
fn what_the_worker_holds_counts_until_it_is_settled() {
    let (queue, mut core) = (Queue::new(BOUNDS), core());
    for _ in 0..3 {
        assert!(queue.accept("1.0", &[b'x'; 30], 0).is_ok());
    }
    assert_eq!(drain(&queue, &mut core), 3);
    assert_eq!(queue.health().held, 3);
    assert_eq!(
        queue.accept("1.0", &[b'x'; 11], 0),
        Err(NotRecorded::QueueFull)
    );
    core.begin_round(Tick::ZERO);
    while core.next(Tick::ZERO).is_some() {
        core.answer(Tick::ZERO, &Outcome::delivered());
    }
    queue.publish(&core, Some(Outcome::delivered()));
    assert_eq!((queue.health().held, queue.health().delivered()), (0, 3));
    assert!(queue.accept("1.0", &[b'x'; 100], 0).is_ok());
}

#[test]
fn the_first_event_alone_asks_for_the_worker() {
    let queue = Queue::new(BOUNDS);
    assert_eq!(queue.accept("1.0", b"x", 0), Ok(true));
    assert_eq!(queue.accept("1.0", b"x", 0), Ok(false));
}

#[test]
fn a_refused_thread_is_asked_for_again_by_a_flush_only() {
    let queue = Queue::new(BOUNDS);
    assert_eq!(queue.accept("1.0", b"x", 0), Ok(true));
    queue.thread_refused();
    assert_eq!(queue.accept("1.0", b"x", 0), Ok(false));
    assert_eq!(queue.flush(None), Flushed::Incomplete);
    queue.close(Instant::now());
    assert!(queue.wants_thread());
    queue.thread_refused();
    assert_eq!(queue.wait_for_end(None), Flushed::Incomplete);
    let health = queue.health();
    assert_eq!(
        (health.held, health.dropped_for(DropReason::Shutdown)),
        (0, 2)
    );
}

#[test]
fn nothing_is_accepted_after_closing() {
    let queue = Queue::new(BOUNDS);
    queue.close(Instant::now());
    assert_eq!(queue.accept("1.0", b"x", 0), Err(NotRecorded::ShutDown));
    assert_eq!(queue.wait_for_end(None), Flushed::Complete);
}
