//! A system that refuses the worker its thread.

use super::*;

/// The first two threads are refused: flushes end at once until a later call starts the worker.
#[test]
fn a_worker_that_starts_late_sends_everything() {
    explore(|| {
        let memory = MemoryTransport::new();
        let asked = AtomicUsize::new(0);
        let telemetry = builder()
            .transport(memory.clone())
            .refuse_threads(EVER, move |name| {
                name == "telemetry" && asked.fetch_add(1, Ordering::Relaxed) < 2
            })
            .build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            let flushed = match number {
                0 => client.flush(EVER),
                1 => block_on(client.flush_async(EVER)),
                _ => FlushOutcome::Incomplete,
            };
            assert!(!flushed.is_complete() || client.health().delivered() > 0);
            assert_ne!(flushed, FlushOutcome::DeadlinePassed);
            assert_conserved(client);
        });
        while !telemetry.flush(EVER).is_complete() {}
        assert!(telemetry.shutdown(EVER).is_complete());
        assert_eq!(sent(&memory), [0, 1, 2]);
        assert_conserved(&telemetry);
    });
}

/// All threads are refused, or every second one: each shutdown returns, and what had no thread is
/// counted as that.
#[test]
fn shutdowns_without_a_thread_return_and_count_everything() {
    fn scenario(nth: usize) {
        let asked = AtomicUsize::new(0);
        let telemetry = builder()
            .transport(MemoryTransport::new())
            .refuse_threads(Duration::ZERO, move |name| {
                name == "telemetry" && asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(nth)
            })
            .build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            let _ = match number {
                0 => client.flush(EVER),
                1 => block_on(client.shutdown_async(EVER)),
                _ => client.shutdown(EVER),
            };
            assert!(number == 0 || client.health().held() == 0);
            client.record(&Run(number));
            assert_conserved(client);
        });
        let health = telemetry.health();
        assert_eq!(health.held(), 0);
        // A worker sends everything, and without one nothing is sent.
        let lost = health.dropped_for(DropReason::NoThread);
        assert_eq!(health.dropped(), lost);
        assert!(lost == 0 || health.delivered() == 0, "{health:?}");
        assert!(nth > 1 || lost == health.accepted(), "{health:?}");
        assert_conserved(&telemetry);
    }
    explore(|| scenario(1));
    explore(|| scenario(2));
}

/// An opt-out, while the system refuses the thread: no flush waits for the events that it dropped.
#[test]
fn an_opt_out_without_a_thread_strands_nobody() {
    explore(|| {
        let telemetry = builder()
            .transport(MemoryTransport::new())
            .refuse_threads(Duration::ZERO, |name| name == "telemetry")
            .build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            match number {
                0 => client.opt_out(),
                _ => assert_ne!(client.flush(EVER), FlushOutcome::DeadlinePassed),
            }
            assert_conserved(client);
        });
        let _ = telemetry.shutdown(EVER);
        let health = telemetry.health();
        assert_eq!(health.dropped_for(DropReason::OptedOut), health.accepted());
        assert_conserved(&telemetry);
    });
}
