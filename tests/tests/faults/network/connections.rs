//! Rows 1 to 7, 23 and 31: faults of connections.

use std::time::Duration;

use telemetry_runtime::{
    health::{DropReason, FlushOutcome},
    policy::OnAmbiguous,
    testing::{ScriptedResponse, UnreachableEndpoint},
    transport::{FailureKind, Outcome},
};

use super::support::*;

#[test]
fn row_01_a_refused_connection_is_unambiguous_and_loses_nothing() {
    let unreachable = UnreachableEndpoint::refusing().unwrap();
    let (kind, _) = not_sent(send(&unreachable.url()));
    assert_eq!(kind, FailureKind::Connect);

    let telemetry = builder().endpoint(unreachable.url()).build();
    telemetry.record(&Run(1));
    for _ in 0..3 {
        assert_flushed(&telemetry, FlushOutcome::Incomplete);
        assert_held(&telemetry, 1);
    }
}

#[test]
fn row_01_one_batch_probes_while_the_others_wait() {
    let down = std::iter::repeat_n(ScriptedResponse::status(503), 100);
    let collector = collector(down);
    let telemetry = client_of(&collector);
    for number in 0..200 {
        telemetry.record(&Run(number));
    }
    assert_flushed(&telemetry, FlushOutcome::Incomplete);
    // One for the first full batch, which left by itself, and one for the flush.
    assert!(collector.counts().attempts <= 2, "{collector:?}");
    assert_held(&telemetry, 200);
}

#[test]
fn row_02_a_black_hole_ends_with_the_connect_timeout() {
    let hole = UnreachableEndpoint::black_hole().unwrap();
    let (kind, detail) = not_sent(send(&hole.url()));
    assert_eq!((kind, &*detail), (FailureKind::Connect, "timed out"));
}

#[test]
fn row_02_a_black_hole_does_not_hold_a_shutdown() {
    let hole = UnreachableEndpoint::black_hole().unwrap();
    let telemetry = builder().endpoint(hole.url()).build();
    telemetry.record(&Run(1));
    // A test that is held up itself may find that connecting was given up meanwhile.
    assert!(!telemetry.flush(SHORT).is_complete());
    assert!(!telemetry.shutdown(SHORT).is_complete());
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Incomplete);
    assert_dropped(&telemetry, DropReason::Shutdown, 1);
}

#[test]
fn row_03_silence_is_ambiguous_and_its_connection_is_closed() {
    let (outcome, collector) = unanswered(&ScriptedResponse::silence());
    assert_eq!(ambiguous(outcome), FailureKind::Timeout);
    wait_until_closed(&collector, 1);
}

#[test]
fn row_03_the_policy_decides_about_silence() {
    let (telemetry, flushed, _silent) = flushed_unanswered(PATIENT, &ScriptedResponse::silence());
    assert_eq!(flushed, FlushOutcome::Complete);
    assert_dropped(&telemetry, DropReason::Ambiguous, 1);

    let at_least_once = PATIENT.ambiguous(OnAmbiguous::AtLeastOnce);
    let (telemetry, flushed, silent) =
        flushed_unanswered(at_least_once, &ScriptedResponse::silence());
    assert_eq!(flushed, FlushOutcome::Incomplete);
    assert_held(&telemetry, 1);
    // From now on it answers at once; whether that is in time is up to the machine.
    assert!((0..100).any(|_| telemetry.flush(PATIENCE).is_complete()));
    assert_eq!(telemetry.health().delivered(), 1);
    assert!(silent.requests().len() >= 2);
}

#[test]
fn row_04_a_dripping_answer_is_cut_by_the_deadline() {
    // All of it takes longer than any of the deadlines.
    let drip = ScriptedResponse::status(200)
        .header("X-Long", "x".repeat(1000))
        .drip(1, Duration::from_millis(100));
    let (outcome, collector) = unanswered(&drip);
    assert_eq!(ambiguous(outcome), FailureKind::Timeout);
    wait_until_closed(&collector, 1);
}

/// The request may take an hour: a flush and a shutdown return at their deadlines while it is under
/// way. The worker ends with the request.
#[test]
fn no_endpoint_holds_a_call_beyond_its_deadline() {
    let silent = ScriptedResponse::silence();
    let drip = ScriptedResponse::status(200).drip(1, Duration::from_secs(1));
    for answer in [silent, drip] {
        let collector = collector([answer]);
        let telemetry = builder()
            .endpoint(collector.url())
            .policy(PATIENT.request_timeout(Duration::from_secs(3600)))
            .exit_budget(SHORT)
            .build();
        telemetry.record(&Run(1));
        assert_eq!(telemetry.flush(SHORT), FlushOutcome::DeadlinePassed);
        collector.wait_for_requests(1, PATIENCE).unwrap();
        assert_eq!(telemetry.shutdown(SHORT), FlushOutcome::DeadlinePassed);
        let client = telemetry.client();
        drop(telemetry);
        assert_eq!(collector.counts().closed, 0, "it is still under way");
        assert_held(&client, 1);
        assert_conserved(&client);
        drop(collector);
        assert_eq!(client.shutdown(PATIENCE), FlushOutcome::Complete);
        assert_dropped(&client, DropReason::Ambiguous, 1);
        assert_conserved(&client);
    }
}

#[test]
fn row_05_reset_before_the_body_is_written_is_safe_to_repeat() {
    let collector = collector([ScriptedResponse::reset_after(512)]);
    let telemetry = client_of(&collector);
    for number in 0..4 {
        telemetry.record(&Large(number));
    }
    assert_flushed(&telemetry, FlushOutcome::Incomplete);
    assert_held(&telemetry, 4);
    assert_flushed(&telemetry, FlushOutcome::Complete);
    assert_eq!(telemetry.health().delivered(), 4);
    let received: Vec<_> = collector.requests().iter().map(numbers).collect();
    assert_eq!(received, [[0, 1, 2, 3]]);
}

#[test]
fn row_05_a_body_that_is_never_read_was_not_sent() {
    let collector = collector([ScriptedResponse::refuse_to_read()]);
    let telemetry = builder()
        .endpoint(collector.url())
        .policy(PATIENT.request_timeout(SHORT))
        .build();
    for number in 0..4 {
        telemetry.record(&Large(number));
    }
    assert_flushed(&telemetry, FlushOutcome::Incomplete);
    assert_held(&telemetry, 4);
}

#[test]
fn row_06_reset_after_the_body_is_written_is_ambiguous() {
    for answer in [ScriptedResponse::reset(), ScriptedResponse::close()] {
        let collector = collector([answer]);
        ambiguous(send(&collector.url()));
        assert_eq!(collector.requests().len(), 1);
    }
}

#[test]
fn row_07_reset_after_a_200_is_success() {
    let collector = collector([ScriptedResponse::reset_after_head(200)]);
    assert_eq!(send(&collector.url()), Outcome::delivered());
}

#[test]
fn row_23_a_kept_connection_that_was_closed_is_replaced_and_nothing_is_sent_twice() {
    let closing = std::iter::repeat_n(ScriptedResponse::status(200).then_close(), 3);
    let collector = collector(closing);
    let telemetry = client_of(&collector);
    for number in 0..3 {
        telemetry.record(&Run(number));
        assert_flushed(&telemetry, FlushOutcome::Complete);
        wait_until_closed(&collector, (number + 1).try_into().unwrap());
    }
    let received: Vec<_> = collector.requests().iter().map(numbers).collect();
    assert_eq!(received, [[0], [1], [2]]);
    assert_eq!(telemetry.health().delivered(), 3);
}

#[test]
fn row_23_a_connection_is_kept_for_the_next_batch() {
    let collector = collector([]);
    let telemetry = client_of(&collector);
    for number in 0..3 {
        telemetry.record(&Run(number));
        assert_flushed(&telemetry, FlushOutcome::Complete);
    }
    assert_eq!(collector.counts().connections, 1);
}

#[test]
fn row_23_a_kept_connection_that_closes_under_a_request_sends_nothing_twice() {
    let collector = collector([ScriptedResponse::status(200), ScriptedResponse::close()]);
    let telemetry = client_of(&collector);
    for number in 0..2 {
        telemetry.record(&Run(number));
        assert_flushed(&telemetry, FlushOutcome::Complete);
    }
    assert_eq!(collector.requests().len(), 2);
    assert_eq!(telemetry.health().dropped_for(DropReason::Ambiguous), 1);
}

#[test]
fn row_31_a_flapping_network_brings_no_duplicates() {
    // Each on a fresh connection: one that is closed as it is used is row 23.
    let weather = || {
        [
            ScriptedResponse::reset_after(512),
            ScriptedResponse::status(503).header("Connection", "close"),
            ScriptedResponse::status(200).header("Connection", "close"),
        ]
    };
    let collector = collector(std::iter::repeat_with(weather).take(20).flatten());
    let telemetry = client_of(&collector);
    for round in 0..20 {
        for number in 0..4 {
            telemetry.record(&Large(round * 4 + number));
        }
        while telemetry.flush(PATIENCE) != FlushOutcome::Complete {
            assert_conserved(&telemetry);
        }
    }
    assert_eq!(telemetry.health().delivered(), 80);
    let accepted = collector
        .requests()
        .into_iter()
        .filter(|request| request.attempt % 3 == 2);
    let received: Vec<_> = accepted.flat_map(|request| numbers(&request)).collect();
    assert_eq!(received, (0..80).collect::<Vec<_>>());
}
