//! Rows 11 to 19: the statuses of a collector, and the outcome of the events.

use telemetry_runtime::{
    health::{DropReason, FlushOutcome},
    testing::{Collector, ScriptedResponse},
};

use super::support::*;

/// A client after a flush that got this answer, and its collector.
fn after(answer: ScriptedResponse) -> (telemetry_runtime::TelemetryGuard, Collector) {
    let collector = collector([answer]);
    let telemetry = client_of(&collector);
    telemetry.record(&Run(1));
    assert_flushed(&telemetry, FlushOutcome::Incomplete);
    assert_held(&telemetry, 1);
    (telemetry, collector)
}

#[track_caller]
fn assert_left_alone(answer: ScriptedResponse) {
    let (telemetry, collector) = after(answer);
    telemetry.record(&Run(2));
    assert_flushed(&telemetry, FlushOutcome::Incomplete);
    assert_held(&telemetry, 2);
    assert_eq!(collector.counts().attempts, 1);
}

#[track_caller]
fn assert_retried(answer: ScriptedResponse) {
    let (telemetry, collector) = after(answer);
    assert_flushed(&telemetry, FlushOutcome::Complete);
    let received: Vec<_> = collector.requests().iter().map(numbers).collect();
    assert_eq!(received, [[1], [1]]);
    assert_eq!(telemetry.health().delivered(), 1);
}

#[test]
fn row_11_redirects_are_never_followed() {
    let elsewhere = Collector::start().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let answer = ScriptedResponse::status(status).header("Location", elsewhere.url());
        let (telemetry, collector) = after(answer);
        assert_eq!(telemetry.health().last_status(), Some(status));
        assert!(telemetry.health().misconfigured());
        assert_flushed(&telemetry, FlushOutcome::Incomplete);
        assert_eq!(collector.counts().attempts, 1, "the context is paused");
    }
    assert_eq!(elsewhere.counts().connections, 0);
}

#[test]
fn row_12_a_poison_event_is_isolated_and_the_rest_delivered() {
    for status in [400, 422] {
        for poison in [0, 7, 31] {
            let collector = Collector::with_handler(move |request| {
                let poisoned = numbers(request).contains(&poison);
                ScriptedResponse::status(if poisoned { status } else { 200 })
            });
            let collector = collector.unwrap();
            let telemetry = client_of(&collector);
            for number in 0..32 {
                telemetry.record(&Run(number));
            }
            assert_flushed(&telemetry, FlushOutcome::Complete);
            assert_eq!(telemetry.health().delivered(), 31);
            assert_dropped(&telemetry, DropReason::Rejected, 1);
            assert!(collector.requests().len() <= 2 * 5 + 1, "{collector:?}");
        }
    }
}

#[test]
fn row_13_a_refused_context_waits_and_loses_nothing() {
    for status in [401, 403] {
        assert_left_alone(ScriptedResponse::status(status));
    }
}

#[test]
fn row_14_a_wrong_address_pauses_and_shows_in_health() {
    for status in [404, 410] {
        assert_left_alone(ScriptedResponse::status(status));
        let (telemetry, _collector) = after(ScriptedResponse::status(status));
        assert_eq!(telemetry.health().last_status(), Some(status));
        assert!(telemetry.health().misconfigured());
    }
    for status in [401, 403, 429, 500] {
        let (telemetry, _collector) = after(ScriptedResponse::status(status));
        assert!(!telemetry.health().misconfigured(), "{status}");
    }
}

#[test]
fn row_15_timeouts_of_the_collector_are_retried() {
    for status in [408, 425] {
        assert_retried(ScriptedResponse::status(status));
    }
}

#[test]
fn row_16_too_large_a_batch_is_split_in_order_and_that_is_not_a_retry() {
    let collector = Collector::with_handler(|request| {
        let fits = numbers(request).len() <= 2;
        ScriptedResponse::status(if fits { 200 } else { 413 })
    });
    let collector = collector.unwrap();
    let telemetry = builder()
        .endpoint(collector.url())
        .policy(PATIENT.max_retries(0))
        .build();
    for number in 0..8 {
        telemetry.record(&Run(number));
    }
    assert_flushed(&telemetry, FlushOutcome::Complete);
    assert_eq!(telemetry.health().delivered(), 8);
    let small = collector.requests().into_iter().map(|it| numbers(&it));
    let received: Vec<_> = small
        .filter(|numbers| numbers.len() <= 2)
        .flatten()
        .collect();
    assert_eq!(received, (0..8).collect::<Vec<_>>());
}

#[test]
fn row_17_a_lone_event_that_is_too_large_is_dropped_without_a_loop() {
    let too_large = std::iter::repeat_n(ScriptedResponse::status(413), 1000);
    let collector = collector(too_large);
    let telemetry = client_of(&collector);
    for number in 0..32 {
        telemetry.record(&Run(number));
    }
    assert_flushed(&telemetry, FlushOutcome::Complete);
    assert_dropped(&telemetry, DropReason::TooLarge, 32);
    assert_eq!(collector.requests().len(), 63, "each cut of the batch once");
}

#[test]
fn row_18_retry_after_is_honoured_and_clamped() {
    for value in [
        "120",
        "3600",
        "999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        assert_left_alone(ScriptedResponse::status(429).header("Retry-After", value));
    }
}

#[test]
fn row_18_an_invalid_retry_after_is_ignored() {
    assert_retried(ScriptedResponse::status(429));
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    let too_long = "9".repeat(400);
    for value in ["", "NaN", "-5", "1e99", "\u{ff}", "0", past, &too_long] {
        assert_retried(ScriptedResponse::status(429).header("Retry-After", value));
    }
}

#[test]
fn row_19_errors_of_the_collector_are_retried() {
    for status in [500, 502, 503, 504, 599] {
        assert_retried(ScriptedResponse::status(status));
    }
    assert_left_alone(ScriptedResponse::status(503).header("Retry-After", "120"));
}

#[test]
fn row_30_the_collectors_clock_has_no_effect() {
    for date in [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "?",
    ] {
        assert_retried(ScriptedResponse::status(503).header("Date", date));
        let wait = ScriptedResponse::status(503).header("Date", date);
        assert_left_alone(wait.header("Retry-After", "120"));
    }
}
