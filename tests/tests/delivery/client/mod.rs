//! The basic promises of a client, with a transport in memory and over HTTP on loopback.

use std::{
    ffi::OsString,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, ClientBuilder, SessionId, TelemetryEvent,
    decision::DecisionSource,
    descriptor::EventDescriptor,
    field::FieldVisitor,
    health::{DropReason, FlushOutcome, RecordError},
    transport::{MemoryTransport, Outcome, Request, Transport},
};
use telemetry_tests::client::{PATIENCE, Run, TOOL, assert_conserved, builder, numbers};

mod decision;
mod http;
mod transports;

struct Newer<'a>(&'a str);

impl TelemetryEvent for Newer<'_> {
    const EVENT_NAME: &'static str = "newer";
    const SCHEMA_VERSION: &'static str = "1.1";
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("newer", "1.1", "", &[]).0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.text(",\"text\":", self.0);
    }
}

fn texts(memory: &MemoryTransport) -> Vec<String> {
    let text = |body| String::from_utf8(body).unwrap();
    memory.bodies().into_iter().map(text).collect()
}

#[test]
fn dropping_the_owner_delivers() {
    let memory = MemoryTransport::new();
    let telemetry = builder()
        .transport(memory.clone())
        .exit_budget(PATIENCE)
        .build();
    telemetry.record(&Run(7));
    let client = telemetry.client();
    drop(telemetry);
    assert_eq!(numbers(&texts(&memory)[0]), [7]);
    assert_eq!(
        (client.health().delivered(), client.health().held()),
        (1, 0)
    );
    assert_eq!(client.try_record(&Run(8)), Err(RecordError::ShutDown));
    assert_eq!(client.health().refused_for(RecordError::ShutDown), 1);
}

#[test]
fn flush_waits_for_the_outcome() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    for number in 0..3 {
        telemetry.record(&Run(number));
    }
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    assert_eq!(numbers(&texts(&memory)[0]), [0, 1, 2]);
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    assert_eq!(memory.bodies().len(), 1);
}

#[test]
fn a_full_batch_leaves_by_itself() {
    let memory = MemoryTransport::new();
    let telemetry = builder()
        .transport(memory.clone())
        .max_batch_events(4)
        .build();
    for number in 0..6 {
        telemetry.record(&Run(number));
    }
    assert!(memory.wait_for(1, PATIENCE));
    assert_eq!(numbers(&texts(&memory)[0]), [0, 1, 2, 3]);
}

#[test]
fn events_leave_after_the_flush_interval() {
    let memory = MemoryTransport::new();
    let interval = Duration::from_millis(1);
    let telemetry = builder()
        .transport(memory.clone())
        .flush_interval(interval)
        .build();
    for count in 1..=3 {
        telemetry.record(&Run(1));
        assert!(memory.wait_for(count, PATIENCE));
    }
}

#[test]
fn row_75_schema_versions_never_share_an_envelope() {
    let memory = MemoryTransport::new();
    let telemetry = builder()
        .transport(memory.clone())
        .session_id(SessionId::parse_or_unknown("s1"))
        .build();
    telemetry.record(&Run(1));
    telemetry.record(&Newer("a \"quoted\" text"));
    telemetry.record(&Run(2));
    assert!(telemetry.flush(PATIENCE).is_complete());
    let bodies = texts(&memory);
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].contains("\"eventSchemaVer\":\"1.0\"") && numbers(&bodies[0]) == [1, 2]);
    assert!(bodies[1].contains("\"eventSchemaVer\":\"1.1\""));
    assert!(bodies[1].contains(r#""parameters":{"text":"a \"quoted\" text"},"name":"newer"}"#));
    assert!(
        bodies
            .iter()
            .all(|body| body.contains("\"sessionId\":\"tool-s1\""))
    );
}

#[test]
fn row_77_a_retry_sends_the_same_events_again_under_a_fresh_time() {
    let memory = MemoryTransport::new();
    memory.answer([Outcome::status(503)]);
    let telemetry = builder().transport(memory.clone()).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    assert_eq!(
        (telemetry.health().held(), telemetry.health().last_status()),
        (1, Some(503))
    );
    let first = Instant::now();
    // Timestamps have a resolution of 1 ms: wait for the next one.
    while first.elapsed() < Duration::from_millis(2) {
        thread::yield_now();
    }
    telemetry.record(&Run(2));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let bodies = texts(&memory);
    let sent: Vec<_> = bodies.iter().flat_map(|body| numbers(body)).collect();
    assert_eq!(sent, [1, 1, 2]);
    let field = |body: &str, name: &str| {
        let (_, rest) = body.split_once(&format!("\"{name}\":\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (first, second) = (&bodies[0], &bodies[1]);
    assert_eq!(field(first, "sessionId"), field(second, "sessionId"));
    // Not "later": the clock may be set back meanwhile.
    assert_ne!(field(first, "sentTs"), field(second, "sentTs"));
    let (_, events) = first.split_once("\"events\":[").unwrap();
    assert!(second.contains(events.trim_end_matches("]}")), "{second}");
    assert_conserved(&telemetry);
}

#[test]
fn too_large_a_batch_is_split_in_order() {
    let memory = MemoryTransport::new();
    memory.answer([Outcome::status(413), Outcome::status(413)]);
    let telemetry = builder().transport(memory.clone()).build();
    for number in 0..4 {
        telemetry.record(&Run(number));
    }
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let sent: Vec<_> = texts(&memory).iter().map(|body| numbers(body)).collect();
    assert_eq!(
        sent,
        [vec![0, 1, 2, 3], vec![0, 1], vec![0], vec![1], vec![2, 3]]
    );
    assert_eq!(telemetry.health().delivered(), 4);
}

#[test]
fn counters_balance_for_every_response_of_the_collector() {
    let memory = MemoryTransport::new();
    let statuses = [500, 400, 200, 413, 403, 302, 429, 400, 400];
    memory.answer(statuses.map(Outcome::status));
    let telemetry = builder()
        .transport(memory.clone())
        .max_batch_events(5)
        .queue_bytes(4096)
        .max_event_bytes(512)
        .build();
    telemetry.record(&Newer(&"x".repeat(600)));
    for number in 0..200 {
        telemetry.record(&Run(number));
        assert_conserved(&telemetry);
    }
    let _ = telemetry.flush(PATIENCE);
    assert_conserved(&telemetry);
    let _ = telemetry.shutdown(PATIENCE);
    let health = telemetry.health();
    assert_eq!(
        (health.held(), health.refused_for(RecordError::TooLarge)),
        (0, 1)
    );
    assert_eq!(health.accepted() + health.refused(), 201);
    assert_conserved(&telemetry);
}

#[test]
fn row_38_shutdown_from_many_threads_returns_everywhere() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    telemetry.record(&Run(1));
    thread::scope(|scope| {
        for _ in 0..16 {
            let client = telemetry.client();
            scope.spawn(move || assert!(client.shutdown(PATIENCE).is_complete()));
        }
    });
    assert_eq!(memory.bodies().len(), 1);
}

#[test]
fn an_event_may_record_another_while_it_is_encoded() {
    struct Nested(Client);
    impl TelemetryEvent for Nested {
        const EVENT_NAME: &'static str = "nested";
        const SCHEMA_VERSION: &'static str = "1.0";
        const DESCRIPTOR: &'static EventDescriptor =
            &telemetry_runtime::__private::event_descriptor("nested", "1.0", "", &[]).0;
        fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
            self.0.record(&Run(1));
            visitor.integer(",\"number\":", 2);
        }
    }
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    // The first event of a thread is encoded again once its buffer has grown.
    telemetry.record(&Run(0));
    telemetry.record(&Nested(telemetry.client()));
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(numbers(&texts(&memory)[0]), [0, 1, 2]);
}
