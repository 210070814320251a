//! Rows 35 and 50: panics in the host, and a transport that panics at every request.

use telemetry_runtime::{
    health::{DropReason, FlushOutcome},
    transport::MemoryTransport,
};

use super::*;

/// Panics on the requests with these numbers and delivers the others.
fn panicking(at: impl Fn(u64) -> bool + Send + 'static) -> impl Transport {
    let mut request = 0;
    Script(move |_: &Request<'_>| {
        request += 1;
        if at(request) {
            scripted_panic();
        }
        Outcome::delivered()
    })
}

fn record_four(transport: impl Transport) -> telemetry_runtime::TelemetryGuard {
    let telemetry = builder().transport(transport).max_batch_events(1).build();
    for number in 0..4 {
        telemetry.record(&Run(number));
    }
    telemetry
}

#[test]
fn row_50_one_panic_at_any_request_loses_nothing() {
    for at in 1..=4 {
        let telemetry = record_four(panicking(move |request| request == at));
        while telemetry.flush(PATIENCE) != FlushOutcome::Complete {}
        let health = telemetry.health();
        assert_eq!((health.delivered(), health.dropped()), (4, 0), "{at}");
        assert_eq!(health.panics(), 1);
    }
}

#[test]
fn row_50_an_event_that_always_panics_is_set_aside_alone() {
    for bad in 0..4 {
        let bad_event = format!("\"number\":{bad}}}");
        let telemetry = record_four(Script(move |request: &Request<'_>| {
            if String::from_utf8_lossy(request.body).contains(&bad_event) {
                scripted_panic();
            }
            Outcome::delivered()
        }));
        while telemetry.flush(PATIENCE) != FlushOutcome::Complete {}
        let health = telemetry.health();
        assert_eq!((health.delivered(), health.panics()), (3, 2), "{bad}");
        assert_eq!(health.dropped_for(DropReason::Quarantined), 1);
    }
}

#[test]
fn row_50_a_transport_that_always_panics_never_stops_the_worker() {
    let telemetry = record_four(panicking(|request| request <= 40));
    let mut number = 4;
    while telemetry.health().delivered() == 0 {
        telemetry.record(&Run(number));
        number += 1;
        let _ = telemetry.flush(PATIENCE);
        assert_conserved(&telemetry);
    }
    assert_eq!(telemetry.health().panics(), 40);
}

#[test]
fn row_50_a_transport_that_always_panics_does_not_hold_a_shutdown() {
    let telemetry = record_four(panicking(|_| true));
    // Each event gets at most one more attempt; a shutdown does not wait for further ones.
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Incomplete);
    let health = telemetry.health();
    assert_eq!((health.held(), health.dropped()), (0, 4));
    assert_conserved(&telemetry);
}

/// A panic in the closure propagates to the caller, and no lock is held while the closure runs.
#[test]
fn row_35_a_panic_in_the_callers_closure_reaches_the_caller() {
    let captured = telemetry_runtime::testing::Capture::new();
    let client = captured.client();
    let panicking = || client.record_with(|| -> Run { scripted_panic() });
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panicking)).is_err());
    client.record(&Run(1));
    assert_eq!(captured.events::<Run>(), [r#"{"number":1}"#]);
}

#[test]
fn row_35_a_panic_of_a_thread_that_recorded_costs_nothing() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    for number in 0..8 {
        let client = telemetry.client();
        let thread = std::thread::spawn(move || {
            client.record(&Run(number));
            scripted_panic()
        });
        assert!(thread.join().is_err());
    }
    // A panic while an event is encoded discards that event and loses none of the others.
    struct Broken;
    impl TelemetryEvent for Broken {
        const EVENT_NAME: &'static str = "broken";
        const SCHEMA_VERSION: &'static str = "1.0";
        const DESCRIPTOR: &'static EventDescriptor =
            &telemetry_runtime::__private::event_descriptor("broken", "1.0", "", &[]).0;
        fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
            visitor.integer(",\"half\":", 1);
            scripted_panic()
        }
    }
    let client = telemetry.client();
    for _ in 0..3 {
        let panicking = std::panic::AssertUnwindSafe(|| client.record(&Broken));
        let payload = std::panic::catch_unwind(panicking).unwrap_err();
        assert_eq!(
            payload.downcast_ref(),
            Some(&"scripted"),
            "the payload is unchanged"
        );
    }
    client.record(&Run(8));
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Complete);
    assert_eq!(numbers(&memory.bodies()), (0..9).collect::<Vec<_>>());
    let health = telemetry.health();
    assert_eq!(
        (health.panics(), health.refused(), health.delivered()),
        (0, 0, 9)
    );
}

/// The drop of the guard waits and delivers as usual while its thread unwinds.
#[test]
fn row_35_an_owner_dropped_while_unwinding_delivers() {
    let memory = MemoryTransport::new();
    let owner = builder()
        .transport(memory.clone())
        .exit_budget(PATIENCE)
        .build();
    let panicking = std::panic::AssertUnwindSafe(move || {
        owner.record(&Run(1));
        let _owner = owner;
        scripted_panic()
    });
    assert!(std::panic::catch_unwind(panicking).is_err());
    assert_eq!(numbers(&memory.bodies()), [1]);
}

/// A destructor may record and flush while its thread unwinds.
#[test]
fn row_35_a_drop_that_records_while_unwinding_works() {
    struct Guard(Client);
    impl Drop for Guard {
        fn drop(&mut self) {
            assert!(std::thread::panicking());
            self.0.record(&Run(2));
            let _ = self.0.flush(PATIENCE);
        }
    }
    let captured = telemetry_runtime::testing::Capture::new();
    let guard = Guard(captured.client());
    let panicking = std::panic::AssertUnwindSafe(move || {
        let _guard = guard;
        scripted_panic()
    });
    assert!(std::panic::catch_unwind(panicking).is_err());
    assert_eq!(captured.events::<Run>(), [r#"{"number":2}"#]);
}
