//! The answers of a collector that receives OTLP.

use std::time::{Duration, UNIX_EPOCH};

use telemetry_runtime::{
    Client, Policy, Product, TelemetryGuard, Wire,
    health::{DropReason, FlushOutcome},
    testing::{Collector, ScriptedResponse, VirtualClock},
    transport::{MemoryTransport, Response},
};
use telemetry_tests::client::{PATIENCE, Run, assert_conserved};

use super::{builder, decoded::decode};

/// A client after the flush of `events` events.
fn flushed(
    answer: ScriptedResponse,
    events: i64,
    expected: FlushOutcome,
) -> (TelemetryGuard, Collector) {
    let collector = Collector::script([answer]).unwrap();
    let telemetry = builder().endpoint(collector.url()).build();
    for number in 0..events {
        telemetry.record(&Run(number));
    }
    let outcome = telemetry.flush(PATIENCE);
    assert_eq!(outcome, expected, "{:?}", telemetry.health());
    assert_conserved(&telemetry);
    (telemetry, collector)
}

fn numbers(body: &[u8]) -> Vec<i64> {
    let records = decode(body).records;
    let numbers = records.iter().map(|it| it.attributes["number"].as_i64());
    numbers.map(Option::unwrap).collect()
}

#[test]
fn four_statuses_are_success() {
    for status in [200, 201, 202, 204] {
        let answer = ScriptedResponse::status(status);
        let (telemetry, collector) = flushed(answer, 2, FlushOutcome::Complete);
        assert_eq!(telemetry.health().delivered(), 2, "{status}");
        assert_eq!(collector.requests().len(), 1);
    }
}

#[test]
fn four_statuses_are_sent_again() {
    for status in [429, 502, 503, 504] {
        let answer = ScriptedResponse::status(status);
        let (telemetry, collector) = flushed(answer, 2, FlushOutcome::Incomplete);
        assert_eq!(telemetry.health().held(), 2, "{status}");
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
        assert_eq!(telemetry.health().delivered(), 2, "{status}");
        let requests = collector.requests();
        let sent: Vec<_> = requests.iter().map(|it| numbers(&it.body)).collect();
        assert_eq!(sent, [[0, 1], [0, 1]]);
    }
}

#[test]
fn other_errors_of_the_collector_are_not_sent_again() {
    for status in [203, 206, 408, 425, 500, 501, 505, 599] {
        let answer = ScriptedResponse::status(status);
        let (telemetry, collector) = flushed(answer, 2, FlushOutcome::Complete);
        let health = telemetry.health();
        assert_eq!(health.dropped_for(DropReason::Rejected), 2, "{status}");
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
        assert_eq!(collector.requests().len(), 1);
    }
}

#[test]
fn retry_after_is_honoured() {
    for status in [429, 503] {
        let clock = VirtualClock::new(UNIX_EPOCH);
        let answer = ScriptedResponse::status(status).header("Retry-After", "120");
        let collector = Collector::script([answer]).unwrap();
        let telemetry = builder().clock(&clock).endpoint(collector.url()).build();
        telemetry.record(&Run(1));
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
        clock.advance(Duration::from_secs(119));
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
        assert_eq!(collector.requests().len(), 1);
        clock.advance(Duration::from_secs(1));
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
        assert_eq!(collector.requests().len(), 2);
    }
}

#[test]
fn rejected_records_are_counted_and_nothing_is_sent_again() {
    for (answer, rejected) in [
        (
            r#"{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"no"}}"#,
            2,
        ),
        (
            r#"{"partialSuccess":{"errorMessage":"no","rejectedLogRecords":1}}"#,
            1,
        ),
        (r#"{"partialSuccess":{"rejectedLogRecords":"3"}}"#, 3),
        // More than were sent.
        (r#"{"partialSuccess":{"rejectedLogRecords":"400"}}"#, 3),
        // A warning.
        (r#"{"partialSuccess":{"errorMessage":"careful"}}"#, 0),
        (r#"{"partialSuccess":{"rejectedLogRecords":"0"}}"#, 0),
        (r#"{"partialSuccess":{}}"#, 0),
        // An answer that cannot be read.
        ("{}", 0),
        ("", 0),
        ("<html>", 0),
        (r#"{"partialSuccess":{"rejectedLogRecords":-1}}"#, 0),
        (r#"{"partialSuccess":{"rejectedLogRecords":"2"#, 0),
    ] {
        let response = ScriptedResponse::status(200).body(answer);
        let (telemetry, collector) = flushed(response, 3, FlushOutcome::Complete);
        let health = telemetry.health();
        let counts = (health.delivered(), health.dropped_for(DropReason::Rejected));
        assert_eq!(counts, (3 - rejected, rejected), "{answer}");
        assert_eq!(health.dropped(), rejected);
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
        assert_eq!(collector.requests().len(), 1);
    }
}

#[test]
fn a_long_or_broken_answer_counts_as_delivered() {
    let rejected = r#"{"partialSuccess":{"rejectedLogRecords":"2"}}"#;
    let long = rejected.to_owned() + &" ".repeat(64 * 1024);
    let nested = "[".repeat(60_000);
    let broken = format!("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{rejected}");
    for answer in [
        ScriptedResponse::status(200).body(long),
        ScriptedResponse::status(200).body(nested),
        ScriptedResponse::raw(broken).then_close(),
    ] {
        let (telemetry, _collector) = flushed(answer, 3, FlushOutcome::Complete);
        assert_eq!(telemetry.health().delivered(), 3);
    }
}

#[test]
fn an_answer_is_read_only_after_success_and_only_for_otlp() {
    static ENVELOPE: Product = Product::new("envelope")
        .policy(Policy::new().request_timeout(PATIENCE))
        .wire(Wire::Envelope)
        .default_on(true);
    let body = r#"{"partialSuccess":{"rejectedLogRecords":"1"}}"#;
    let collector = Collector::script([ScriptedResponse::status(200).body(body)]).unwrap();
    let telemetry = Client::builder(&ENVELOPE)
        .env(|_| None)
        .endpoint(collector.url())
        .build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    assert_eq!(telemetry.health().delivered(), 1);
    assert!(collector.requests()[0].text().contains("\"clientId\""));

    let unavailable = ScriptedResponse::status(503).body(body);
    let (telemetry, _collector) = flushed(unavailable, 1, FlushOutcome::Incomplete);
    assert_eq!(telemetry.health().held(), 1);
}

#[test]
fn a_custom_transport_reports_rejected_events() {
    let memory = MemoryTransport::new();
    memory.answer([Response::new(200).with_rejected(1).into()]);
    let mut losses = Vec::new();
    let (sender, receiver) = std::sync::mpsc::channel();
    let telemetry = builder()
        .transport(memory)
        .on_loss(move |report| {
            let _ = sender.send((report.loss.to_string(), report.events));
        })
        .build();
    telemetry.record(&Run(1));
    telemetry.record(&Run(2));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let health = telemetry.health();
    assert_eq!((health.delivered(), health.dropped()), (1, 1));
    losses.push(receiver.recv_timeout(PATIENCE).unwrap());
    assert_eq!(losses, [("the collector rejected it".to_owned(), 1)]);
}

#[test]
fn a_request_that_is_too_large_is_split_between_records() {
    let collector = Collector::with_handler(|request| {
        let fits = numbers(&request.body).len() <= 2;
        ScriptedResponse::status(if fits { 200 } else { 413 })
    });
    let collector = collector.unwrap();
    let telemetry = builder().endpoint(collector.url()).build();
    for number in 0..8 {
        telemetry.record(&Run(number));
    }
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    assert_eq!(telemetry.health().delivered(), 8);
    let requests = collector.requests();
    let sent = requests.iter().map(|it| numbers(&it.body));
    let small = sent.filter(|numbers| numbers.len() <= 2);
    assert_eq!(
        small.flatten().collect::<Vec<_>>(),
        (0..8).collect::<Vec<_>>()
    );
    // Every record of every part has its send time.
    for request in requests {
        let records = decode(&request.body).records;
        assert!(records.iter().all(|record| record.sent >= record.recorded));
        assert!(records.iter().all(|record| record.recorded > 0));
    }
}

#[test]
fn a_rejected_event_is_isolated() {
    for status in [400, 422] {
        let collector = Collector::with_handler(move |request| {
            let poison = numbers(&request.body).contains(&5);
            ScriptedResponse::status(if poison { status } else { 200 })
        });
        let collector = collector.unwrap();
        let telemetry = builder().endpoint(collector.url()).build();
        for number in 0..8 {
            telemetry.record(&Run(number));
        }
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
        let health = telemetry.health();
        let counts = (health.delivered(), health.dropped_for(DropReason::Rejected));
        assert_eq!(counts, (7, 1));
    }
}

#[test]
fn the_wire_chooses_the_policy_unless_the_product_sets_one() {
    static OF_WIRE: Product = Product::new("of-wire").wire(Wire::Otlp).default_on(true);
    static OWN: Product = Product::new("own")
        .policy(Policy::new())
        .wire(Wire::Otlp)
        .default_on(true);
    for (product, held) in [(&OF_WIRE, 0), (&OWN, 1)] {
        let memory = MemoryTransport::new();
        memory.answer([Response::new(500).into()]);
        let telemetry = Client::builder(product)
            .env(|_| None)
            .transport(memory)
            .build();
        telemetry.record(&Run(1));
        let _ = telemetry.flush(PATIENCE);
        assert_eq!(telemetry.health().held(), held, "{product:?}");
    }
}
