//! Closures that are slow, panic, or call the client.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;

#[test]
fn an_update_does_not_wait_for_the_closure_of_another_thread() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    let summary = telemetry.summary::<Run>(HOUR);
    count(&summary);
    let (entered, in_closure) = mpsc::channel();
    let (release, blocked) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let slow = summary.clone();
        scope.spawn(move || {
            slow.update(|run| {
                entered.send(()).unwrap();
                let _ = blocked.recv();
                run.0 += 10;
            });
        });
        in_closure.recv_timeout(PATIENCE).unwrap();
        count(&summary);
        assert!(telemetry.flush(PATIENCE).is_complete());
        // The event of the slow closure is not here yet.
        assert_eq!(sent(&memory), [1]);
        drop(release);
    });
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(sent(&memory), [1, 11]);
    assert_eq!(telemetry.health().refused(), 0);
}

#[test]
fn a_closure_that_outlives_the_shutdown_loses_its_event_and_is_counted() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    let summary = telemetry.summary::<Run>(HOUR);
    summary.update(|_| assert!(telemetry.shutdown(PATIENCE).is_complete()));
    let refused = || telemetry.health().refused_for(RecordError::ShutDown);
    assert_eq!(refused(), 1);
    count(&summary);
    assert_eq!(refused(), 2);
    // A summary that was not updated before.
    count(&telemetry.summary(HOUR));
    assert_eq!((refused(), telemetry.health().refused()), (3, 3));
    assert!(memory.bodies().is_empty());
}

#[test]
fn a_panic_is_the_callers_and_the_changes_before_it_are_kept() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    let summary = telemetry.summary::<Run>(HOUR);
    for _ in 0..2 {
        let update = || {
            summary.update(|run| {
                run.0 += 1;
                scripted_panic();
            });
        };
        assert!(catch_unwind(AssertUnwindSafe(update)).is_err());
        count(&summary);
    }
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(sent(&memory), [4]);
    let health = telemetry.health();
    assert_eq!((health.panics(), health.refused()), (0, 0));
}

/// An event whose code panics.
#[derive(Default)]
struct Panics(i64);

impl TelemetryEvent for Panics {
    const EVENT_NAME: &'static str = Run::EVENT_NAME;
    const SCHEMA_VERSION: &'static str = Run::SCHEMA_VERSION;
    const DESCRIPTOR: &'static EventDescriptor = Run::DESCRIPTOR;

    fn visit<V: FieldVisitor>(&self, _: &mut V) {
        scripted_panic();
    }
}

#[test]
fn a_panic_while_the_event_is_recorded_costs_one_event() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    let (panics, counts) = (telemetry.summary::<Panics>(HOUR), telemetry.summary(HOUR));
    panics.update(|event| event.0 += 1);
    count(&counts);
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(telemetry.health().panics(), 1);
    panics.update(|event| event.0 += 1);
    count(&counts);
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    assert_eq!(telemetry.health().panics(), 2);
    assert_eq!(sent(&memory), [1, 1]);
}

#[test]
fn an_update_inside_an_update_is_refused_and_other_calls_are_not() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    let (outer, other) = (
        telemetry.summary::<Run>(HOUR),
        telemetry.summary::<Run>(HOUR),
    );
    outer.update(|run| {
        run.0 += 1;
        count(&outer);
        other.update(|run| {
            run.0 += 5;
            count(&outer.clone());
        });
        telemetry.record(&Run(20));
        assert!(telemetry.is_on());
    });
    assert_eq!(telemetry.health().refused_for(RecordError::Reentrant), 2);
    // The thread may update again afterwards.
    count(&outer);
    assert!(telemetry.flush(PATIENCE).is_complete());
    let mut numbers = sent(&memory);
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 5, 20]);
}

#[test]
fn an_update_on_the_worker_is_refused() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    let summary = telemetry.summary::<Run>(HOUR);
    let in_heartbeat = summary.clone();
    assert!(telemetry.heartbeat(MINUTE, Run(7), move |_, _| count(&in_heartbeat)));
    clock.advance(MINUTE);
    assert!(memory.wait_for(1, PATIENCE));
    assert_eq!(telemetry.health().refused_for(RecordError::Reentrant), 1);
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    assert_eq!(sent(&memory), [7]);
}
