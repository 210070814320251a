//! Row 80: the hook for lost events.

use std::sync::atomic::{AtomicU64, Ordering};

use telemetry_runtime::{
    health::{DropReason, FlushOutcome, Loss, LossReport, RecordError},
    transport::MemoryTransport,
};

use super::*;

fn reports() -> (
    impl FnMut(LossReport) + Send + 'static,
    mpsc::Receiver<LossReport>,
) {
    let (send, reports) = mpsc::channel();
    let hook = move |report| {
        let _ = send.send(report);
    };
    (hook, reports)
}

/// The hook reports refused events even if no event was ever accepted.
#[test]
fn a_client_that_refuses_every_event_reports_it() {
    let settings: [fn(ClientBuilder) -> ClientBuilder; 2] =
        [|it| it.max_event_bytes(1), |it| it.queue_bytes(0)];
    let reasons = [RecordError::TooLarge, RecordError::QueueFull];
    for (set, reason) in settings.into_iter().zip(reasons) {
        let (hook, reports) = reports();
        let builder = set(builder().transport(MemoryTransport::new()).on_loss(hook));
        let telemetry = builder.build();
        assert_eq!(telemetry.try_record(&Run(1)), Err(reason));
        let report = reports.recv_timeout(PATIENCE).unwrap();
        assert_eq!((report.loss, report.events), (Loss::Refused(reason), 1));
    }
}

#[test]
fn dropped_events_are_reported_with_their_reason() {
    let memory = MemoryTransport::new();
    memory.answer([413, 413, 200, 413].map(Outcome::status));
    let (hook, reports) = reports();
    let telemetry = builder()
        .transport(memory)
        .max_batch_events(1)
        .on_loss(hook)
        .build();
    for number in 0..4 {
        telemetry.record(&Run(number));
    }
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Complete);
    let seen: Vec<_> = reports.try_iter().collect();
    let dropped = Loss::Dropped(DropReason::TooLarge);
    assert!(seen.iter().all(|report| report.loss == dropped));
    assert_eq!(seen.iter().map(|report| report.events).sum::<u64>(), 3);
    // The delivery between them separates two episodes.
    let firsts: Vec<_> = seen.iter().map(|report| report.first).collect();
    assert_eq!(firsts, [true, false, true]);
}

/// Row 51: the worker reports the events that the full queue refused.
#[test]
fn row_51_refused_events_are_reported_once_per_episode() {
    let (transport, in_send, let_go) = stuck();
    let (hook, reports) = reports();
    let telemetry = builder()
        .transport(transport)
        .queue_bytes(4096)
        .max_batch_events(1)
        .on_loss(hook)
        .build();
    telemetry.record(&Run(0));
    in_send.recv().unwrap();
    for number in 0..1000 {
        telemetry.record(&Run(number));
    }
    assert_eq!(reports.try_iter().count(), 0);
    let refused = telemetry.health().refused_for(RecordError::QueueFull);
    let_go.send(()).unwrap();
    let report = reports.recv_timeout(PATIENCE).unwrap();
    assert_eq!(report.loss, Loss::Refused(RecordError::QueueFull));
    assert_eq!((report.events, report.first), (refused, true));
    drop(let_go);
}

#[test]
fn an_idle_worker_is_woken_to_report() {
    let (hook, reports) = reports();
    let telemetry = builder()
        .transport(MemoryTransport::new())
        .max_event_bytes(100)
        .on_loss(hook)
        .build();
    telemetry.record(&Run(1));
    let _ = telemetry.flush(PATIENCE);
    struct Long;
    impl TelemetryEvent for Long {
        const EVENT_NAME: &'static str = "long";
        const SCHEMA_VERSION: &'static str = "1.0";
        const DESCRIPTOR: &'static EventDescriptor =
            &telemetry_runtime::__private::event_descriptor("long", "1.0", "", &[]).0;
        fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
            visitor.text(",\"text\":", &"x".repeat(200));
        }
    }
    assert_eq!(telemetry.try_record(&Long), Err(RecordError::TooLarge));
    let report = reports.recv_timeout(PATIENCE).unwrap();
    assert_eq!(report.loss, Loss::Refused(RecordError::TooLarge));
}

#[test]
fn row_80_a_hook_that_panics_is_caught_and_not_called_again() {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let memory = MemoryTransport::new();
    memory.answer([413, 413].map(Outcome::status));
    let telemetry = builder()
        .transport(memory)
        .max_batch_events(1)
        .on_loss(|_| {
            CALLS.fetch_add(1, Ordering::Relaxed);
            scripted_panic();
        })
        .build();
    for number in 0..3 {
        telemetry.record(&Run(number));
    }
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Complete);
    let health = telemetry.health();
    assert_eq!((health.delivered(), health.dropped()), (1, 2));
    assert_eq!((health.panics(), CALLS.load(Ordering::Relaxed)), (1, 1));
}

#[test]
fn row_80_a_hook_may_call_its_client_without_causing_a_report() {
    let (give, clients) = mpsc::channel::<Client>();
    let (results, get) = mpsc::channel();
    let memory = MemoryTransport::new();
    memory.answer([Outcome::status(413)]);
    let telemetry = builder()
        .transport(memory)
        .on_loss(move |_| {
            let client = clients.recv().unwrap();
            let recorded = client.try_record(&Run(0)).map(drop);
            let _ = results.send((recorded, client.flush(PATIENCE), client.shutdown(PATIENCE)));
        })
        .build();
    give.send(telemetry.client()).unwrap();
    telemetry.record(&Run(1));
    let refused = Err(RecordError::Reentrant);
    let expected = (refused, FlushOutcome::Incomplete, FlushOutcome::Incomplete);
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(get.recv_timeout(PATIENCE).unwrap(), expected);
    assert_eq!(telemetry.health().refused_for(RecordError::Reentrant), 1);
    assert!(get.try_recv().is_err());
}

/// The hook blocks until the test releases it, which is after the 1 s that makes it a slow hook.
#[test]
fn row_80_a_hook_that_blocks_holds_no_caller_and_is_counted() {
    let (entered, in_hook) = mpsc::channel();
    let (let_go, release) = mpsc::channel::<()>();
    let memory = MemoryTransport::new();
    memory.answer([Outcome::status(413)]);
    let telemetry = builder()
        .transport(memory)
        .max_batch_events(1)
        .on_loss(move |_| {
            let _ = entered.send(());
            let _ = release.recv();
        })
        .build();
    telemetry.record(&Run(1));
    in_hook.recv_timeout(PATIENCE).unwrap();
    assert!(telemetry.try_record(&Run(2)).is_ok());
    let moment = Duration::from_millis(1);
    assert_eq!(telemetry.flush(moment), FlushOutcome::DeadlinePassed);
    assert_eq!(
        block_on(telemetry.flush_async(moment)),
        FlushOutcome::DeadlinePassed
    );
    let until = Instant::now() + PATIENCE;
    while telemetry.health().slow_hooks() == 0 {
        assert!(Instant::now() < until, "a hook that blocks is not counted");
        // Each flush returns at its deadline, which sets the pace of this loop.
        let _ = telemetry.flush(Duration::from_millis(10));
    }
    assert_conserved(&telemetry);
    drop(let_go);
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Complete);
    let health = telemetry.health();
    // A later call has nothing to report, but the system may have suspended it for 1 s.
    assert!(health.slow_hooks() >= 1, "{health:?}");
    assert_eq!(health.delivered(), 1);
}
