//! Flush and shutdown: every call returns, from every thread, any number of times.

use std::{thread, time::Instant};

use telemetry_runtime::{
    Policy,
    health::{DropReason, FlushOutcome},
    transport::{Failure, FailureKind, MemoryTransport, Response},
};

use super::*;

#[test]
fn row_38_sixteen_threads_flush_and_shut_down_at_once() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    thread::scope(|scope| {
        for number in 0..16 {
            let client = telemetry.client();
            scope.spawn(move || {
                client.record(&Run(number));
                assert!(client.flush(PATIENCE).is_complete());
                assert!(client.shutdown(PATIENCE).is_complete());
                assert!(client.shutdown(PATIENCE).is_complete());
            });
        }
    });
    let health = telemetry.health();
    assert_eq!(health.accepted() + health.refused(), 16);
    assert_eq!(health.delivered(), health.accepted());
    assert_eq!(numbers(&memory.bodies()).len() as u64, health.delivered());
}

/// Row 39: the queue is full and the worker is stuck.
#[test]
fn row_39_a_full_queue_and_a_stuck_worker_hold_no_caller() {
    let (transport, in_send, let_go) = stuck();
    let telemetry = builder()
        .transport(transport)
        .queue_bytes(4096)
        .max_batch_events(1)
        .build();
    while telemetry.try_record(&Run(1)).is_ok() {}
    in_send.recv().unwrap();
    thread::scope(|scope| {
        for _ in 0..16 {
            let client = telemetry.client();
            scope.spawn(move || {
                let moment = Duration::from_millis(1);
                assert_eq!(client.flush(moment), FlushOutcome::DeadlinePassed);
                assert_eq!(client.shutdown(moment), FlushOutcome::DeadlinePassed);
            });
        }
    });
    assert_conserved(&telemetry);
    let_go.send(()).unwrap();
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Incomplete);
    let health = telemetry.health();
    assert_eq!((health.held(), health.delivered()), (0, 1));
    assert_eq!(health.dropped_for(DropReason::Shutdown), health.dropped());
    assert_conserved(&telemetry);
}

/// Row 51: the newest event is refused and counted under its reason.
#[test]
fn row_51_a_full_queue_refuses_the_newest() {
    let (transport, in_send, let_go) = stuck();
    let telemetry = builder()
        .transport(transport)
        .queue_bytes(4096)
        .max_batch_events(1)
        .build();
    telemetry.record(&Run(0));
    in_send.recv().unwrap();
    let refused = telemetry_runtime::health::RecordError::QueueFull;
    let accepted = (0..1000).filter(|n| telemetry.try_record(&Run(*n)).is_ok());
    let accepted = accepted.count() as u64;
    let health = telemetry.health();
    assert_eq!(health.accepted(), accepted + 1);
    assert_eq!(health.refused_for(refused), 1000 - accepted);
    assert!(accepted > 10, "{accepted}");
    drop(let_go);
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(telemetry.health().delivered(), accepted + 1);
    assert!(telemetry.try_record(&Run(1)).is_ok());
}

/// The debug output names the reasons of the counters instead of their positions in a list.
#[test]
fn debug_output_of_the_counters_names_the_reasons() {
    let telemetry = builder()
        .transport(MemoryTransport::new())
        .max_event_bytes(1)
        .build();
    telemetry.record(&Run(1));
    let printed = format!("{:?}", telemetry.health());
    assert!(printed.contains("refused: {TooLarge: 1}"), "{printed}");

    let (transport, in_send, let_go) = stuck();
    let telemetry = builder().transport(transport).max_batch_events(1).build();
    telemetry.record(&Run(1));
    in_send.recv().unwrap();
    telemetry.record(&Run(2));
    assert_eq!(
        telemetry.shutdown(Duration::ZERO),
        FlushOutcome::DeadlinePassed
    );
    let_go.send(()).unwrap();
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Incomplete);
    let printed = format!("{:?}", telemetry.health());
    let expected = "accepted: 2, delivered: 1, dropped: {Shutdown: 1}, held: 0, refused: {}";
    assert!(printed.contains(expected), "{printed}");
}

/// Shuts down a client that holds four batches; the collector gives these answers first.
/// Returns the outcome, the number of requests and the number of delivered events.
fn leave(answers: impl IntoIterator<Item = Outcome>) -> (FlushOutcome, usize, u64) {
    let (mut stuck, in_send, let_go) = stuck();
    let memory = MemoryTransport::new();
    memory.answer(answers);
    let mut first = true;
    let mut then = memory.clone();
    let transport = Script(move |request: &Request<'_>| {
        let deadline = Instant::now() + PATIENCE;
        match std::mem::take(&mut first) {
            true => stuck.send(request, deadline),
            false => then.send(request, deadline),
        }
    });
    let telemetry = builder()
        .transport(transport)
        .policy(Policy::new().backoff(Duration::ZERO, Duration::ZERO))
        .max_batch_bytes(1)
        .build();
    // One more event keeps the worker busy until the shutdown has begun.
    telemetry.record(&Run(0));
    in_send.recv().unwrap();
    for number in 1..=4 {
        telemetry.record(&Run(number));
    }
    let leaving = telemetry.shutdown_async(PATIENCE);
    let_go.send(()).unwrap();
    let flushed = block_on(leaving);
    assert_conserved(&telemetry);
    let delivered = telemetry.health().delivered() - 1;
    (flushed, memory.bodies().len(), delivered)
}

#[test]
fn a_shutdown_retries_deferred_events() {
    let busy = || Outcome::status(503);
    let moment = Response::new(429).with_retry_after(Duration::from_millis(20));
    let answers = [busy(), busy(), Outcome::delivered(), moment.into()];
    assert_eq!(leave(answers), (FlushOutcome::Complete, 7, 4));
}

#[test]
fn a_shutdown_does_not_wait_for_retries_beyond_its_deadline() {
    let late = Response::new(503).with_retry_after(2 * PATIENCE);
    assert_eq!(leave([late.into()]), (FlushOutcome::Incomplete, 1, 0));
    // A 404 pauses the partition for one hour.
    assert_eq!(
        leave([Outcome::status(404)]),
        (FlushOutcome::Incomplete, 1, 0)
    );
}

#[test]
fn a_shutdown_does_not_wait_for_a_refused_connection() {
    let not_sent = Outcome::NotSent(Failure::new(FailureKind::Connect));
    assert_eq!(leave([not_sent]), (FlushOutcome::Incomplete, 1, 0));
}

#[test]
fn a_shutdown_that_waits_for_a_retry_ends_at_its_deadline() {
    let memory = MemoryTransport::new();
    let moment = Duration::from_millis(100);
    let slow = Response::new(503).with_retry_after(moment * 7 / 10);
    memory.answer(std::iter::repeat_n(slow.into(), 100));
    let telemetry = builder().transport(memory.clone()).build();
    telemetry.record(&Run(1));
    assert_ne!(telemetry.shutdown(moment), FlushOutcome::Complete);
    assert!(telemetry.shutdown(PATIENCE) == FlushOutcome::Incomplete);
    assert!(memory.bodies().len() <= 2);
    assert_eq!(telemetry.health().dropped_for(DropReason::Shutdown), 1);
}

/// A shutdown drops the transport and the hook, so the readers of their channels see the end.
#[test]
fn a_client_that_never_recorded_drops_its_transport_and_hook() {
    let (says, said) = mpsc::channel::<()>();
    let hears = says.clone();
    let transport = Script(move |_: &Request<'_>| {
        let _ = says.send(());
        Outcome::delivered()
    });
    let telemetry = builder()
        .transport(transport)
        .on_loss(move |_| hears.send(()).unwrap())
        .build();
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Complete);
    let gone = Err(mpsc::RecvTimeoutError::Disconnected);
    assert_eq!(said.recv_timeout(PATIENCE), gone);
}
