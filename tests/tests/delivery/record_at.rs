//! Events with a timestamp of the caller.

use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

use telemetry_runtime::{
    AuditLog,
    health::RecordError,
    testing::{Collector, VirtualClock},
    transport::MemoryTransport,
};
use telemetry_tests::scratch::Scratch;

use super::*;

const NOW: Duration = Duration::from_secs(1_776_882_896);

/// Every value of `ts`, in the order of the text.
fn timestamps(text: &str) -> Vec<String> {
    let values = text.split("\"ts\":\"").skip(1);
    let value = |rest: &str| rest.split('"').next().unwrap().to_owned();
    values.map(value).collect()
}

/// A time, and its text on the wire.
fn moments() -> [(SystemTime, &'static str); 5] {
    let beyond = Duration::from_secs(253_402_300_800);
    let before_year_zero = Duration::from_secs(62_167_219_201);
    [
        (
            UNIX_EPOCH + Duration::from_nanos(1_999_999),
            "1970-01-01T00:00:00.001Z",
        ),
        (UNIX_EPOCH + beyond, "9999-12-31T23:59:59.999Z"),
        (
            UNIX_EPOCH - Duration::from_nanos(1),
            "1969-12-31T23:59:59.999Z",
        ),
        (UNIX_EPOCH - before_year_zero, "0000-01-01T00:00:00.000Z"),
        (UNIX_EPOCH + NOW, "2026-04-22T18:34:56.000Z"),
    ]
}

#[test]
fn the_envelope_has_the_timestamp_of_the_caller_in_the_order_of_the_calls() {
    let collector = Collector::start().unwrap();
    let clock = VirtualClock::new(UNIX_EPOCH + NOW * 2);
    let telemetry = builder().endpoint(collector.url()).clock(&clock).build();
    for (number, (at, _)) in (0..).zip(moments()) {
        telemetry.record_at(&Run(number), at);
    }
    telemetry.record(&Run(5));
    assert!(telemetry.flush(PATIENCE).is_complete());
    let request = collector.take_requests().remove(0);
    let body = String::from_utf8(request.body).unwrap();
    assert_eq!(numbers(&[body.clone().into_bytes()]), [0, 1, 2, 3, 4, 5]);
    let mut expected: Vec<_> = moments().iter().map(|(_, text)| *text).collect();
    expected.push("2082-08-12T13:09:52.000Z");
    assert_eq!(timestamps(&body), expected);
    assert!(
        body.contains("\"sentTs\":\"2082-08-12T13:09:52.000Z\""),
        "{body}"
    );
}

#[test]
fn the_audit_log_has_the_timestamp_of_the_caller() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "record-at");
    let log = scratch.join("usage.jsonl");
    let telemetry = builder()
        .transport(MemoryTransport::new())
        .audit(AuditLog::new(&log))
        .build();
    for (at, _) in moments() {
        telemetry.try_record_at(&Run(1), at).unwrap();
    }
    assert!(telemetry.flush(PATIENCE).is_complete());
    let expected: Vec<_> = moments().iter().map(|(_, text)| *text).collect();
    assert_eq!(timestamps(&fs::read_to_string(log).unwrap()), expected);
}

#[test]
fn the_flush_interval_counts_from_the_call_and_not_from_the_timestamp() {
    let clock = VirtualClock::new(UNIX_EPOCH + NOW);
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).clock(&clock).build();
    telemetry.record_at(&Run(1), UNIX_EPOCH);
    clock.advance(Duration::from_secs(119));
    telemetry.record_at(&Run(2), UNIX_EPOCH + NOW * 9);
    clock.advance(Duration::from_secs(1));
    assert!(memory.wait_for(1, PATIENCE));
    assert_eq!(numbers(&memory.bodies()), [1, 2]);
}

#[test]
fn an_event_is_refused_for_the_same_reasons_as_without_a_timestamp() {
    let at = UNIX_EPOCH + NOW;
    let small = builder()
        .transport(MemoryTransport::new())
        .max_event_bytes(10)
        .build();
    assert_eq!(small.try_record_at(&Run(1), at), Err(RecordError::TooLarge));
    assert_eq!(small.health().refused_for(RecordError::TooLarge), 1);

    let telemetry = builder().transport(MemoryTransport::new()).build();
    telemetry.record_at(&Run(1), at);
    telemetry.opt_out();
    assert_eq!(telemetry.try_record_at(&Run(2), at), Err(RecordError::Off));
    let _ = telemetry.shutdown(PATIENCE);
    assert_eq!(
        (
            telemetry.health().accepted(),
            telemetry.health().delivered()
        ),
        (1, 0)
    );

    let ended = builder().transport(MemoryTransport::new()).build();
    let _ = ended.shutdown(PATIENCE);
    ended.record_at(&Run(1), at);
    assert_eq!(ended.health().refused_for(RecordError::ShutDown), 1);
}
