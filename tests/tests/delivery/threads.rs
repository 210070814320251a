//! Row 49: a system that refuses threads.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread::{self, ThreadId},
    time::UNIX_EPOCH,
};

use telemetry_runtime::{
    TelemetryGuard,
    health::{DropReason, FlushOutcome, RecordError},
    testing::VirtualClock,
    transport::{MemoryTransport, NullTransport},
};

use super::*;

const NEVER: Duration = Duration::from_secs(3600);

/// A system that refuses threads until `grant`.
#[derive(Clone, Default)]
struct System(Arc<(AtomicBool, AtomicUsize)>);

impl System {
    fn grant(&self) {
        self.0.0.store(true, Ordering::Relaxed);
    }

    /// Number of requests for a thread.
    fn asked(&self) -> usize {
        self.0.1.load(Ordering::Relaxed)
    }

    fn builder(&self, retry: Duration) -> ClientBuilder {
        let system = self.clone();
        builder().refuse_threads(retry, move |_| {
            system.0.1.fetch_add(1, Ordering::Relaxed);
            !system.0.0.load(Ordering::Relaxed)
        })
    }
}

fn refused() -> ClientBuilder {
    System::default().builder(NEVER)
}

/// A transport that reports the thread of each request.
fn telling() -> (impl Transport, mpsc::Receiver<ThreadId>) {
    let (send, threads) = mpsc::channel();
    let script = Script(move |_: &Request<'_>| {
        let _ = send.send(thread::current().id());
        Outcome::delivered()
    });
    (script, threads)
}

#[test]
fn row_49_without_a_thread_a_flush_returns_at_once_and_a_later_one_delivers() {
    let system = System::default();
    let (transport, threads) = telling();
    let telemetry = system.builder(NEVER).transport(transport).build();
    for number in 1..=3 {
        telemetry.record(&Run(number));
        // A flush that waits would return `DeadlinePassed`.
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
        assert_eq!(telemetry.flush(Duration::ZERO), FlushOutcome::Incomplete);
        let future = telemetry.flush_async(PATIENCE);
        assert_eq!(block_on(future), FlushOutcome::Incomplete);
        assert_eq!(telemetry.health().held(), number as u64);
        assert_conserved(&telemetry);
    }
    // The first record and each flush asked for a thread.
    assert_eq!(system.asked(), 1 + 3 * 3);
    system.grant();
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    assert_ne!(threads.try_recv().unwrap(), thread::current().id());
    let health = telemetry.health();
    assert_eq!((health.delivered(), health.held()), (3, 0));
    assert_conserved(&telemetry);
}

#[test]
fn row_49_recording_asks_for_the_thread_again_after_an_interval() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let system = System::default();
    let (transport, threads) = telling();
    let telemetry = system
        .builder(Duration::from_secs(60))
        .transport(transport)
        .max_batch_events(3)
        .clock(&clock)
        .build();
    telemetry.record(&Run(1));
    clock.advance(Duration::from_secs(59));
    telemetry.record(&Run(2));
    assert_eq!((system.asked(), telemetry.health().held()), (1, 2));
    system.grant();
    clock.advance(Duration::from_secs(1));
    // The batch is full: the worker sends it without a flush.
    telemetry.record(&Run(3));
    assert_eq!(system.asked(), 2);
    assert_ne!(threads.recv().unwrap(), thread::current().id());
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(telemetry.health().delivered(), 3);
}

#[test]
fn row_49_without_a_thread_events_are_held_up_to_the_bounds() {
    let system = System::default();
    let memory = MemoryTransport::new();
    let telemetry = system
        .builder(NEVER)
        .transport(memory.clone())
        .queue_bytes(4096)
        .build();
    let mut taken = 0;
    while telemetry.try_record(&Run(taken)).is_ok() {
        taken += 1;
    }
    let health = telemetry.health();
    assert_eq!(health.refused_for(RecordError::QueueFull), 1);
    assert_eq!(health.held(), taken as u64);
    assert!(taken > 10, "{taken}");
    system.grant();
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(numbers(&memory.bodies()), (0..taken).collect::<Vec<_>>());
}

#[test]
fn row_49_a_shutdown_asks_for_the_thread_again_and_delivers() {
    let ends: [fn(TelemetryGuard); 3] = [
        |telemetry| assert!(telemetry.shutdown(PATIENCE).is_complete()),
        |telemetry| assert!(block_on(telemetry.shutdown_async(PATIENCE)).is_complete()),
        drop,
    ];
    for end in ends {
        let system = System::default();
        let memory = MemoryTransport::new();
        let telemetry = system
            .builder(NEVER)
            .transport(memory.clone())
            .exit_budget(PATIENCE)
            .build();
        telemetry.record(&Run(7));
        system.grant();
        let client = telemetry.client();
        end(telemetry);
        assert_eq!(numbers(&memory.bodies()), [7]);
        assert_eq!(client.health().delivered(), 1);
    }
}

#[test]
fn row_49_refused_for_good_a_shutdown_returns_at_once_and_counts_everything() {
    let ends: [fn(TelemetryGuard); 4] = [
        |telemetry| assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Incomplete),
        |telemetry| assert_eq!(telemetry.shutdown(Duration::ZERO), FlushOutcome::Incomplete),
        |telemetry| {
            let ended = block_on(telemetry.shutdown_async(PATIENCE));
            assert_eq!(ended, FlushOutcome::Incomplete);
        },
        drop,
    ];
    for end in ends {
        let (dropped, gone) = mpsc::channel::<()>();
        let of_hook = dropped.clone();
        let telemetry = refused()
            .transport(Script(move |_: &Request<'_>| {
                let _ = &dropped;
                Outcome::delivered()
            }))
            .on_loss(move |_| drop(of_hook.clone()))
            .exit_budget(PATIENCE)
            .build();
        let client = telemetry.client();
        client.record(&Run(1));
        client.record(&Run(2));
        assert_conserved(&client);
        end(telemetry);
        let health = client.health();
        assert_eq!(health.dropped_for(DropReason::NoThread), 2);
        assert_eq!((health.dropped(), health.held()), (2, 0));
        assert_conserved(&client);
        // The transport and the hook are dropped, and each later call reports the end of the
        // client.
        let gone = gone.try_recv();
        assert_eq!(gone, Err(mpsc::TryRecvError::Disconnected));
        assert_eq!(client.try_record(&Run(3)), Err(RecordError::ShutDown));
        assert_eq!(client.shutdown(PATIENCE), FlushOutcome::Incomplete);
        assert_eq!(client.flush(PATIENCE), FlushOutcome::Complete);
    }
}

/// A transport with a destructor that records, flushes, shuts down and panics.
struct Foreign(mpsc::Receiver<Client>);

impl Transport for Foreign {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        Outcome::delivered()
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let client = self.0.recv().unwrap();
        client.record(&Run(1));
        let _ = client.flush(PATIENCE);
        let _ = client.shutdown(PATIENCE);
        scripted_panic();
    }
}

#[test]
fn row_49_refused_for_good_a_destructor_of_the_transport_may_do_anything() {
    let (hand_over, handed) = mpsc::channel();
    let telemetry = refused().transport(Foreign(handed)).build();
    hand_over.send(telemetry.client()).unwrap();
    telemetry.record(&Run(0));
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Incomplete);
    let health = telemetry.health();
    assert_eq!(health.dropped_for(DropReason::NoThread), 1);
    assert_eq!(health.refused_for(RecordError::ShutDown), 1);
    assert_conserved(&telemetry);
}

#[test]
fn row_49_without_a_thread_and_with_nothing_held_everything_is_complete() {
    let telemetry = refused().transport(NullTransport).build();
    telemetry.record(&Run(1));
    telemetry.opt_out();
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let future = telemetry.flush_async(PATIENCE);
    assert_eq!(block_on(future), FlushOutcome::Complete);
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Complete);
    let health = telemetry.health();
    assert_eq!(health.dropped_for(DropReason::OptedOut), 1);
    assert_eq!(health.dropped(), 1);
}

#[test]
fn row_49_without_a_thread_many_callers_return_at_once() {
    let telemetry = refused().transport(NullTransport).build();
    thread::scope(|scope| {
        for number in 0..16 {
            let client = telemetry.client();
            scope.spawn(move || {
                client.record(&Run(number));
                assert_eq!(client.flush(PATIENCE), FlushOutcome::Incomplete);
                assert_conserved(&client);
            });
        }
    });
    assert_eq!(telemetry.health().held(), 16);
    let client = telemetry.client();
    drop(telemetry);
    assert_eq!(client.health().dropped_for(DropReason::NoThread), 16);
    assert_conserved(&client);
}

/// Every k-th request for a thread is refused: for the worker, or for the deadline of a future.
#[test]
fn row_49_every_kth_refusal_loses_nothing() {
    for k in 2..6 {
        let asked = AtomicUsize::new(0);
        let memory = MemoryTransport::new();
        let telemetry = builder()
            .transport(memory.clone())
            .max_batch_events(2)
            .refuse_threads(Duration::ZERO, move |_| {
                asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(k)
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
fn row_49_without_a_thread_for_its_deadline_a_future_is_ready_at_once() {
    let (transport, in_send, let_go) = stuck();
    let telemetry = builder()
        .transport(transport)
        .refuse_threads(NEVER, |name| name == "telemetry-wait")
        .build();
    telemetry.record(&Run(1));
    let flush = telemetry.flush_async(PATIENCE);
    in_send.recv().unwrap();
    assert_eq!(block_on(flush), FlushOutcome::Incomplete);
    drop(let_go);
    assert!(telemetry.flush(PATIENCE).is_complete());
}
