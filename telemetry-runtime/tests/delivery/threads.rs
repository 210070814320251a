//! Row 49: a system that refuses threads.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread::{self, ThreadId},
};

use telemetry_runtime::{DropReason, Flushed, transport::MemoryTransport};

use super::*;

const NEVER: Duration = Duration::from_secs(3600);

/// Tells on which thread requests are made.
fn telling() -> (impl Transport, mpsc::Receiver<ThreadId>) {
    let (send, threads) = mpsc::channel();
    let script = Script(move |_: &Request<'_>| {
        let _ = send.send(thread::current().id());
        Outcome::delivered()
    });
    (script, threads)
}

#[test]
fn row_49_without_a_thread_a_flush_sends_on_the_callers() {
    let (transport, threads) = telling();
    let refusing = builder().refuse_threads(NEVER, |_| true);
    let telemetry = refusing.transport(transport).build();
    for number in 0..3 {
        telemetry.record(&Run(number));
        assert_eq!(telemetry.health().held, 1);
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
        assert_eq!(threads.recv().unwrap(), thread::current().id());
    }
    // Recording is on again once the caller is no worker any more.
    telemetry.record(&Run(3));
    assert_eq!(telemetry.shutdown(PATIENCE), Flushed::Complete);
    assert_eq!(telemetry.health().delivered(), 4);
    assert_eq!(threads.try_iter().count(), 1);
}

#[test]
fn row_49_without_a_thread_the_drop_of_the_owner_delivers() {
    let memory = MemoryTransport::new();
    let refusing = builder().refuse_threads(NEVER, |_| true);
    let telemetry = refusing
        .transport(memory.clone())
        .exit_budget(PATIENCE)
        .build();
    telemetry.record(&Run(7));
    drop(telemetry);
    assert_eq!(numbers(&memory.bodies()), [7]);
}

#[test]
fn row_49_without_a_thread_and_time_everything_is_counted() {
    let refusing = builder().refuse_threads(NEVER, |_| true);
    let telemetry = refusing.transport(MemoryTransport::new()).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(Duration::ZERO), Flushed::DeadlinePassed);
    assert_eq!(telemetry.shutdown(Duration::ZERO), Flushed::Incomplete);
    let health = telemetry.health();
    assert_eq!(health.dropped_for(DropReason::Shutdown), 1);
    assert_eq!(health.held, 0);
}

#[test]
fn row_49_a_thread_is_asked_for_again() {
    for k in 1..5 {
        let asked = AtomicUsize::new(0);
        let (transport, threads) = telling();
        let telemetry = builder()
            .transport(transport)
            .max_batch_events(1)
            .refuse_threads(Duration::ZERO, move |_| {
                asked.fetch_add(1, Ordering::Relaxed) < k
            })
            .build();
        for number in 0..=k {
            telemetry.record(&Run(number as i64));
        }
        assert_ne!(threads.recv().unwrap(), thread::current().id());
        assert!(telemetry.flush(PATIENCE).is_complete());
        assert_eq!(telemetry.health().delivered(), k as u64 + 1);
    }
}

/// Every k-th thread is refused, whoever wants it: the worker or a future's deadline.
#[test]
fn row_49_every_kth_refusal_loses_nothing() {
    for k in 1..6 {
        let asked = AtomicUsize::new(0);
        let memory = MemoryTransport::new();
        let telemetry = builder()
            .transport(memory.clone())
            .max_batch_events(2)
            .refuse_threads(Duration::ZERO, move |_| {
                (asked.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(k)
            })
            .build();
        for number in 0..20 {
            telemetry.record(&Run(number));
            let _ = block_on(telemetry.flush_async(PATIENCE));
            assert_conserved(&telemetry);
        }
        assert!(telemetry.flush(PATIENCE).is_complete());
        assert!(telemetry.shutdown(PATIENCE).is_complete());
        assert_eq!(
            numbers(&memory.bodies()),
            (0..20).collect::<Vec<_>>(),
            "{k}"
        );
    }
}

#[test]
fn row_49_without_a_thread_many_callers_share_the_work() {
    let memory = MemoryTransport::new();
    let refusing = builder().refuse_threads(NEVER, |_| true);
    let telemetry = refusing.transport(memory.clone()).build();
    thread::scope(|scope| {
        for number in 0..16 {
            let client = telemetry.client();
            scope.spawn(move || {
                client.record(&Run(number));
                assert!(client.flush(PATIENCE).is_complete());
            });
        }
    });
    let mut sent = numbers(&memory.bodies());
    sent.sort_unstable();
    assert_eq!(sent, (0..16).collect::<Vec<_>>());
    assert_conserved(&telemetry);
}

#[test]
fn row_49_without_a_thread_a_panic_of_the_transport_stays_inside() {
    let mut calls = 0;
    let refusing = builder().refuse_threads(NEVER, |_| true);
    let telemetry = refusing
        .transport(Script(move |_: &Request<'_>| {
            calls += 1;
            if calls == 1 {
                scripted_panic();
            }
            Outcome::delivered()
        }))
        .build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), Flushed::Incomplete);
    assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
    assert_eq!(telemetry.health().panics, 1);
}

#[test]
fn row_49_without_a_thread_futures_are_ready_at_once() {
    let refusing = builder().refuse_threads(NEVER, |_| true);
    let telemetry = refusing.transport(MemoryTransport::new()).build();
    telemetry.record(&Run(1));
    assert_eq!(
        block_on(telemetry.flush_async(PATIENCE)),
        Flushed::Incomplete
    );
    assert_eq!(telemetry.health().held, 1);
    assert_eq!(
        block_on(telemetry.shutdown_async(PATIENCE)),
        Flushed::Incomplete
    );
    assert_eq!(telemetry.health().dropped_for(DropReason::Shutdown), 1);
}

#[test]
fn row_49_without_a_thread_a_future_knows_that_nothing_is_left() {
    let refusing = builder().refuse_threads(NEVER, |_| true);
    let telemetry = refusing.transport(MemoryTransport::new()).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
    let ended = block_on(telemetry.shutdown_async(PATIENCE));
    assert_eq!(ended, Flushed::Complete);
}

/// A caller that flushes does the worker's work when the end begins, and gives it back with an
/// event left that nobody waits for any more.
#[test]
fn row_49_without_a_thread_what_nobody_waits_for_is_counted() {
    for later in [false, true] {
        let (transport, in_send, let_go) = stuck();
        let telemetry = builder()
            .refuse_threads(NEVER, |name| name == "telemetry")
            .transport(transport)
            .build();
        telemetry.record(&Run(1));
        let client = telemetry.client();
        let flush = thread::spawn(move || client.flush(PATIENCE));
        in_send.recv().unwrap();
        telemetry.record(&Run(2));
        if later {
            let ended = telemetry.shutdown_async(PATIENCE);
            let_go.send(()).unwrap();
            assert_eq!(block_on(ended), Flushed::Incomplete);
        } else {
            assert_eq!(telemetry.shutdown(Duration::ZERO), Flushed::DeadlinePassed);
            let_go.send(()).unwrap();
        }
        let _ = flush.join().unwrap();
        let health = telemetry.health();
        assert_eq!((health.delivered(), health.held), (1, 0), "{later}");
        assert_eq!(health.dropped_for(DropReason::Shutdown), 1);
        // The transport went, too.
        let gone = Err(mpsc::RecvTimeoutError::Disconnected);
        assert_eq!(in_send.recv_timeout(PATIENCE), gone);
    }
}

#[test]
fn row_49_without_a_thread_for_its_deadline_a_future_is_ready_at_once() {
    let (transport, in_send, let_go) = stuck();
    let telemetry = builder()
        .transport(transport)
        .refuse_threads(NEVER, |name| name == "telemetry-wait")
        .build();
    telemetry.record(&Run(1));
    let flush = telemetry.flush_async(PATIENCE);
    in_send.recv().unwrap();
    assert_eq!(block_on(flush), Flushed::Incomplete);
    drop(let_go);
    assert!(telemetry.flush(PATIENCE).is_complete());
}
