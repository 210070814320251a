//! Transports that get stuck, call their client or panic.

use super::*;

/// Answers only when released.
struct Stuck {
    entered: mpsc::Sender<()>,
    release: mpsc::Receiver<()>,
}

impl Transport for Stuck {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let _ = self.entered.send(());
        let _ = self.release.recv();
        Outcome::delivered()
    }
}

#[test]
fn row_39_no_call_waits_for_a_stuck_transport_beyond_its_deadline() {
    let (entered, in_send) = mpsc::channel();
    let (let_go, release) = mpsc::channel();
    let telemetry = builder().transport(Stuck { entered, release }).build();
    telemetry.record(&Run(1));
    assert_eq!(
        telemetry.flush(Duration::ZERO),
        FlushOutcome::DeadlinePassed
    );
    in_send.recv().unwrap();
    telemetry.record(&Run(2));
    assert_eq!(
        telemetry.flush(Duration::from_millis(1)),
        FlushOutcome::DeadlinePassed
    );
    assert_eq!(
        telemetry.shutdown(Duration::from_millis(1)),
        FlushOutcome::DeadlinePassed
    );
    assert_eq!(telemetry.health().held(), 2);
    let_go.send(()).unwrap();
    // A second shutdown waits for the end of the first.
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Incomplete);
    let health = telemetry.health();
    assert_eq!(
        (health.delivered(), health.dropped_for(DropReason::Shutdown)),
        (1, 1)
    );
}

/// Calls its client while it sends.
struct Meddling(
    mpsc::Receiver<Client>,
    mpsc::Sender<(Result<(), RecordError>, FlushOutcome, FlushOutcome)>,
);

impl Transport for Meddling {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let client = self.0.recv().unwrap();
        let recorded = client.try_record(&Run(0)).map(drop);
        let _ = self
            .1
            .send((recorded, client.flush(PATIENCE), client.shutdown(PATIENCE)));
        Outcome::delivered()
    }
}

#[test]
fn row_78_a_transport_can_call_its_client_without_deadlock() {
    let (give, clients) = mpsc::channel();
    let (results, get) = mpsc::channel();
    let telemetry = builder().transport(Meddling(clients, results)).build();
    give.send(telemetry.client()).unwrap();
    telemetry.record(&Run(1));
    assert!(telemetry.flush(PATIENCE).is_complete());
    let (recorded, flushed, shut_down) = get.recv().unwrap();
    assert_eq!(recorded, Err(RecordError::Reentrant));
    assert_eq!(
        (flushed, shut_down),
        (FlushOutcome::Incomplete, FlushOutcome::Incomplete)
    );
    assert!(telemetry.shutdown(PATIENCE).is_complete());
}

/// Panics at every request before the one with this number, then delivers.
struct Panicking(u32);

impl Transport for Panicking {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        self.0 = self.0.saturating_sub(1);
        // Without the panic hook, so that the test prints nothing.
        if self.0 > 0 {
            std::panic::resume_unwind(Box::new("scripted"));
        }
        Outcome::delivered()
    }
}

#[test]
fn row_50_a_panicking_transport_costs_one_batch() {
    let telemetry = builder()
        .transport(Panicking(3))
        .max_batch_events(2)
        .build();
    for number in 0..4 {
        telemetry.record(&Run(number));
    }
    while !telemetry.flush(PATIENCE).is_complete() {}
    let health = telemetry.health();
    assert_eq!(
        (
            health.delivered(),
            health.dropped_for(DropReason::Quarantined)
        ),
        (2, 2)
    );
}
