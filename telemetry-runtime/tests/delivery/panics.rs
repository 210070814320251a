//! Row 50: a transport that panics, at every request.

use telemetry_runtime::{DropReason, Flushed};

use super::*;

/// Panics at the requests of these numbers, delivers the others.
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

fn record_four(transport: impl Transport) -> telemetry_runtime::Telemetry {
    let telemetry = builder().transport(transport).max_batch_events(1).build();
    for number in 0..4 {
        telemetry.record(&Run(number));
    }
    telemetry
}

#[test]
fn one_panic_at_any_request_loses_nothing() {
    for at in 1..=4 {
        let telemetry = record_four(panicking(move |request| request == at));
        while telemetry.flush(PATIENCE) != Flushed::Complete {}
        let health = telemetry.health();
        assert_eq!((health.delivered(), health.dropped()), (4, 0), "{at}");
        assert_eq!(health.panics, 1);
    }
}

#[test]
fn an_event_that_always_panics_is_set_aside_alone() {
    for bad in 0..4 {
        let bad_event = format!("\"number\":{bad}}}");
        let telemetry = record_four(Script(move |request: &Request<'_>| {
            if String::from_utf8_lossy(request.body).contains(&bad_event) {
                scripted_panic();
            }
            Outcome::delivered()
        }));
        while telemetry.flush(PATIENCE) != Flushed::Complete {}
        let health = telemetry.health();
        assert_eq!((health.delivered(), health.panics), (3, 2), "{bad}");
        assert_eq!(health.dropped_for(DropReason::Quarantined), 1);
    }
}

#[test]
fn a_transport_that_always_panics_never_stops_the_worker() {
    let telemetry = record_four(panicking(|request| request <= 40));
    let mut number = 4;
    while telemetry.health().delivered() == 0 {
        telemetry.record(&Run(number));
        number += 1;
        let _ = telemetry.flush(PATIENCE);
        assert_conserved(&telemetry);
    }
    assert_eq!(telemetry.health().panics, 40);
}

#[test]
fn a_transport_that_always_panics_does_not_hold_a_shutdown() {
    let telemetry = record_four(panicking(|_| true));
    // Each event gets one try more at most; there is no time to wait for another.
    assert_eq!(telemetry.shutdown(PATIENCE), Flushed::Incomplete);
    let health = telemetry.health();
    assert_eq!((health.held, health.dropped()), (0, 4));
    assert_conserved(&telemetry);
}

/// Row 35: the closure's panic is the caller's own, and nothing is held while it runs.
#[test]
fn a_panic_in_the_callers_closure_is_the_callers() {
    let captured = telemetry_runtime::testing::Capture::new();
    let client = captured.client();
    let panicking = || client.record_with(|| -> Run { scripted_panic() });
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panicking)).is_err());
    client.record(&Run(1));
    assert_eq!(captured.events::<Run>(), [r#"{"number":1}"#]);
}

/// Row 35: while unwinding.
#[test]
fn a_drop_that_records_while_unwinding_works() {
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
