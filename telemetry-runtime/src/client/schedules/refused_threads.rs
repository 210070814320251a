//! A system that refuses the worker's thread.

use super::*;

/// The first two threads are refused: flushes return immediately until a later call starts the worker.
#[test]
fn a_worker_that_starts_late_sends_all_events() {
    explore(|| {
        let memory = MemoryTransport::new();
        let asked = AtomicUsize::new(0);
        let telemetry = builder()
            .transport(memory.clone())
            .refuse_threads(NEVER, move |name| {
                name == "telemetry" && asked.fetch_add(1, Ordering::Relaxed) < 2
            })
            .build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            let outcome = match number {
                0 => client.flush(NEVER),
                1 => block_on(client.flush_async(NEVER)),
                _ => FlushOutcome::Incomplete,
            };
            assert!(!outcome.is_complete() || client.health().delivered() > 0);
            assert_ne!(outcome, FlushOutcome::DeadlinePassed);
            assert_conserved(client);
        });
        while !telemetry.flush(NEVER).is_complete() {}
        assert!(telemetry.shutdown(NEVER).is_complete());
        assert_eq!(sent(&memory), [0, 1, 2]);
        assert_conserved(&telemetry);
    });
}

/// All threads are refused, or every second one: each shutdown returns, and events without a thread
/// are counted as [`DropReason::NoThread`].
#[test]
fn shutdowns_without_a_thread_return_and_count_all_events() {
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
                0 => client.flush(NEVER),
                1 => block_on(client.shutdown_async(NEVER)),
                _ => client.shutdown(NEVER),
            };
            assert!(number == 0 || client.health().held() == 0);
            client.record(&Run(number));
            assert_conserved(client);
        });
        let health = telemetry.health();
        assert_eq!(health.held(), 0);
        // A worker sends all events; without one none is sent.
        let lost = health.dropped_for(DropReason::NoThread);
        assert_eq!(health.dropped(), lost);
        assert!(lost == 0 || health.delivered() == 0, "{health:?}");
        assert!(nth > 1 || lost == health.accepted(), "{health:?}");
        assert_conserved(&telemetry);
    }
    explore(|| scenario(1));
    explore(|| scenario(2));
}

/// While the system refuses the thread, no flush waits for events that an opt-out dropped.
#[test]
fn an_opt_out_without_a_thread_blocks_no_caller() {
    explore(|| {
        let telemetry = builder()
            .transport(MemoryTransport::new())
            .refuse_threads(Duration::ZERO, |name| name == "telemetry")
            .build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            match number {
                0 => client.opt_out(),
                _ => assert_ne!(client.flush(NEVER), FlushOutcome::DeadlinePassed),
            }
            assert_conserved(client);
        });
        let _ = telemetry.shutdown(NEVER);
        let health = telemetry.health();
        assert_eq!(health.dropped_for(DropReason::OptedOut), health.accepted());
        assert_conserved(&telemetry);
    });
}
