//! Rows 10 and 20 to 22: unusual responses, and bytes that are not HTTP.

use std::time::Duration;

use telemetry_runtime::{
    health::{DropReason, FlushOutcome},
    testing::ScriptedResponse,
    transport::{FailureKind, HttpTransport, Outcome},
};

use super::support::*;

#[test]
fn row_10_any_2xx_is_delivered_with_any_body() {
    let page = ScriptedResponse::status(200)
        .header("Content-Type", "text/html")
        .body("\n<html>");
    let collector = collector([page, ScriptedResponse::status(204)]);
    let mut transport = HttpTransport::new(&collector.url()).unwrap();
    assert_eq!(send_by(&mut transport), Outcome::delivered());
    assert_eq!(send_by(&mut transport), Outcome::status(204));
    // A small body is read to its end, so that the connection is used again.
    assert_eq!(collector.counts().connections, 1);
}

#[test]
fn row_20_a_flood_of_interim_answers_ends_at_the_deadline() {
    let every = Duration::from_millis(1);
    assert_flood_ends(&ScriptedResponse::informational_flood().drip(usize::MAX, every));
}

/// A debug build reads for ten seconds before it looks at the clock, an optimized one for a moment.
#[test]
#[cfg_attr(not(feature = "slow"), ignore = "slow: a flood at the speed of memory")]
fn row_20_a_flood_without_a_pause_ends() {
    assert_flood_ends(&ScriptedResponse::informational_flood());
}

#[track_caller]
fn assert_flood_ends(flood: &ScriptedResponse) {
    let (telemetry, flushed, collector) = flushed_unanswered(PATIENT, flood);
    assert_eq!(flushed, FlushOutcome::Complete);
    assert_dropped(&telemetry, DropReason::Ambiguous, 1);
    // Ended by us: the collector would have gone on for a minute.
    let health = telemetry.health();
    let failure = health.last_failure().unwrap();
    assert_eq!(failure.kind(), FailureKind::Timeout);
    wait_until_closed(&collector, 1);
}

#[test]
fn row_20_interim_answers_are_read_over() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    let last = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    let collector = collector([ScriptedResponse::raw([interim, last].concat())]);
    assert_eq!(send(&collector.url()), Outcome::status(202));
    assert_eq!(collector.requests()[0].header("Expect"), None);
}

#[test]
fn row_21_an_answer_without_end_is_success_and_its_connection_closed() {
    let gigabyte = ScriptedResponse::status(200)
        .header("Content-Length", (1 << 30).to_string())
        .body("x".repeat(200_000));
    let dripping = ScriptedResponse::status(200)
        .body("x".repeat(10_000))
        .drip(100, Duration::from_millis(100));
    for answer in [ScriptedResponse::endless_body(), gigabyte, dripping] {
        let collector = collector([answer]);
        let mut transport = HttpTransport::new(&collector.url()).unwrap();
        assert_eq!(send_by(&mut transport), Outcome::delivered());
        wait_until_closed(&collector, 1);
    }
}

#[test]
fn row_22_a_response_that_is_not_http_is_ambiguous() {
    let broken = [
        ScriptedResponse::garbage(),
        ScriptedResponse::huge_header(),
        ScriptedResponse::raw("HTTP/1.1 200 OK\r\nConte"),
        ScriptedResponse::raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
    ];
    for answer in broken {
        let collector = collector([answer.clone()]);
        let kind = ambiguous(send(&collector.url()));
        assert_eq!(kind, FailureKind::Protocol, "{answer:?}");
    }
}

#[test]
fn row_22_the_status_decides_with_any_broken_body() {
    let refusal = ScriptedResponse::status(503)
        .header("Content-Length", "1000")
        .then_close();
    for (answer, status) in [
        (ScriptedResponse::wrong_length(), 200),
        (ScriptedResponse::broken_chunks(), 200),
        (refusal, 503),
    ] {
        let collector = collector([answer.clone()]);
        let mut transport = HttpTransport::new(&collector.url()).unwrap();
        let outcome = send_by(&mut transport);
        assert_eq!(outcome, Outcome::status(status), "{answer:?}");
        wait_until_closed(&collector, 1);
    }
}
