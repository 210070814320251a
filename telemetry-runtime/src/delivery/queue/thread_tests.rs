//! The queue with several threads that record.

use std::{
    collections::VecDeque,
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use super::{
    recorded::Recorded,
    tests::{CONFIG, LARGE, core, deliver_all, enqueue, memory, take, wait_for},
    *,
};
use crate::delivery::{
    core::{batch::Batch, incoming::BatchConfig, key::PartitionKey},
    epoch::Epoch,
    mono_time::MonoTime,
};

/// Threads record and the worker takes at the same time: no event is lost, each thread's events keep their
/// order, and the counts are consistent at every moment.
#[test]
fn threads_record_at_the_same_time() {
    const THREADS: usize = 6;
    const EACH: usize = 3000;
    let (queue, mut core) = (Queue::new(LARGE, Clock::default()), core(&LARGE));
    let mut next = [0; THREADS];
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let queue = &queue;
            scope.spawn(move || {
                for number in 0..EACH {
                    let event = format!("{thread} {number}");
                    while enqueue(queue, event.as_bytes()).is_err() {
                        std::thread::yield_now();
                    }
                }
            });
        }
        while next.iter().sum::<usize>() < THREADS * EACH {
            let mut taken = VecDeque::new();
            let now = || MonoTime::START;
            let takes_at = |_: &Batch| MonoTime::START;
            queue.next_work(now, wait_for(&core), takes_at, &mut taken);
            for batch in taken {
                assert!(batch.len() <= LARGE.batches.batch_events);
                for event in batch.events() {
                    let text = std::str::from_utf8(event).unwrap();
                    let (thread, number) = text.split_once(' ').unwrap();
                    let next = &mut next[thread.parse::<usize>().unwrap()];
                    assert_eq!(number.parse(), Ok(*next));
                    *next += 1;
                }
                core.ingest(batch);
            }
            assert!(memory(&queue, &core) <= LARGE.bytes);
            deliver_all(&queue, &mut core);
            let health = queue.health();
            assert_eq!(health.accepted(), health.delivered() + health.held());
        }
    });
    let health = queue.health();
    assert_eq!(health.delivered(), (THREADS * EACH) as u64, "{health:?}");
    assert_eq!(health.held(), 0);
}

/// Unused memory of one thread's batch serves the others when no other memory is left.
#[test]
fn threads_share_a_batch_while_memory_is_scarce() {
    let config = QueueConfig {
        bytes: 16 * 1024,
        batches: BatchConfig {
            batch_events: 1000,
            batch_bytes: 8 * 1024,
        },
        ..CONFIG
    };
    let (queue, mut core) = (Queue::new(config, Clock::default()), core(&config));
    let on_threads = |events: usize| {
        let mut accepted = 0;
        for _ in 0..events {
            let record = || enqueue(&queue, &[b'x'; 100]).is_ok();
            let on_thread = std::thread::scope(|scope| scope.spawn(record).join().unwrap());
            accepted += usize::from(on_thread);
            assert!(queue.lock().incoming.memory() <= config.bytes);
        }
        accepted
    };
    // Each thread is another one: a batch for each would take more than the memory.
    let accepted = on_threads(200);
    assert!(accepted > 100, "{accepted}");
    assert!(queue.lock().shares);
    assert_eq!(take(&queue, &mut core), accepted);
    assert!(queue.lock().shares);
    deliver_all(&queue, &mut core);
    // The next thread uses its own batch. The events before are closed, so that they are sent first.
    assert_eq!(on_threads(1), 1);
    let other = PartitionKey::new("2.0");
    let event = Recorded::in_memory(b"due", 0);
    assert!(queue.enqueue(Epoch::FIRST, other, &event).0.is_ok());
    let takes_at = |open: &Batch| match open.key.schema_version() {
        "2.0" => MonoTime::START,
        _ => MonoTime::from_start(Duration::from_secs(1000)),
    };
    let mut taken = VecDeque::new();
    let _ = queue.next_work(|| MonoTime::START, wait_for(&core), takes_at, &mut taken);
    assert_eq!((taken.len(), queue.lock().incoming.closed()), (1, 1));
    assert!(!queue.lock().shares);
}

/// Events of many threads that are together about as much as a batch wake the worker.
#[test]
fn the_worker_is_woken_for_a_batch_of_many_threads() {
    let queue = Queue::new(LARGE, Clock::default());
    assert_eq!(enqueue(&queue, b"event"), Ok(true));
    let mut state = queue.lock();
    state.worker_sleeps = true;
    // It wakes up before a new batch is due.
    state.worker_wakes_at = Some(MonoTime::START);
    drop(state);
    // The threads record in turns.
    let (turn, events) = (Barrier::new(5), AtomicUsize::new(1));
    std::thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| {
                loop {
                    turn.wait();
                    if !queue.lock().worker_sleeps {
                        break;
                    }
                    turn.wait();
                    assert_eq!(enqueue(&queue, b"event"), Ok(false));
                    events.fetch_add(1, SeqCst);
                }
            });
        }
    });
    let events = events.into_inner();
    assert!((50..=100).contains(&events), "{events}");
    assert_eq!(queue.health().held(), events as u64);
}
