//! Limits of events: more events than the limit are refused and counted, and other events are not
//! affected.

use std::{cell::Cell, time::UNIX_EPOCH};

use telemetry_runtime::{
    Disclosure, TelemetryCommand, TelemetryGuard,
    health::{Loss, RecordError},
    telemetry_registry,
    testing::VirtualClock,
    transport::{MemoryTransport, NullTransport},
};

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A request failed.
#[derive(Clone, TelemetryEvent)]
#[event(name = "request_failed", schema = "1.0", limit = "3/min")]
struct RequestFailed {
    /// Number of the request.
    #[event(default = 0)]
    number: i64,
}

/// A retry.
#[derive(TelemetryEvent)]
#[event(name = "retry", schema = "1.0", limit = "1/s")]
struct Retry {
    /// Number of the retry.
    #[event(default = 0)]
    number: i64,
}

/// A start.
#[derive(TelemetryEvent)]
#[event(name = "start", schema = "1.0")]
struct Start {
    /// Number of the start.
    #[event(default = 0)]
    start: i64,
}

static LIMITED: Product = Product::new("limited")
    .events(&[&[RequestFailed::DESCRIPTOR, Retry::DESCRIPTOR]])
    .default_on(true);

telemetry_registry! {
    /// One event with a limit, and one without.
    static REGISTRY = {
        client_name = "Limited",
        client_id = "184482118588404",
        version = "1.0",
        description = "A test.",
        events = [Start, RequestFailed],
    };
}

fn failed(number: i64) -> RequestFailed {
    RequestFailed::builder().number(number).build()
}

fn client(clock: &VirtualClock) -> (TelemetryGuard, MemoryTransport) {
    clock.set_jitter(0.0);
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).clock(clock).build();
    (telemetry, memory)
}

/// The number of events that are accepted of `tries` at once.
fn accepted(client: &Client, tries: i64) -> usize {
    let recorded = (0..tries).map(|number| client.try_record(&failed(number)));
    recorded
        .filter(|result| match result {
            Ok(_) => true,
            Err(reason) => {
                assert_eq!(*reason, RecordError::RateLimited);
                false
            }
        })
        .count()
}

#[test]
fn a_window_begins_with_the_first_event_after_the_end_of_the_previous_one() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, _) = client(&clock);
    clock.advance(30 * SECOND);
    assert_eq!(accepted(&telemetry, 10), 3);
    clock.advance(MINUTE - Duration::from_nanos(1));
    assert_eq!(accepted(&telemetry, 10), 0);
    clock.advance(Duration::from_nanos(1));
    assert_eq!(accepted(&telemetry, 2), 2);
    // The window of the two is not over.
    clock.advance(30 * SECOND);
    assert_eq!(accepted(&telemetry, 10), 1);
    // Windows without an event are not saved up.
    clock.advance(60 * MINUTE);
    assert_eq!(accepted(&telemetry, 10), 3);
    let health = telemetry.health();
    assert_eq!(health.accepted(), 9);
    assert_eq!(health.refused_for(RecordError::RateLimited), 33);
    assert_eq!(health.refused(), 33);
    assert_conserved(&telemetry);
}

#[test]
fn the_wall_clock_does_not_change_a_window() {
    let clock = VirtualClock::new(UNIX_EPOCH + 1000 * MINUTE);
    let (telemetry, _) = client(&clock);
    assert_eq!(accepted(&telemetry, 4), 3);
    for wall in [UNIX_EPOCH, UNIX_EPOCH + 9000 * MINUTE] {
        clock.set_wall_clock(wall);
        assert_eq!(accepted(&telemetry, 1), 0);
    }
}

#[test]
fn one_noisy_event_does_not_push_out_others() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let memory = MemoryTransport::new();
    let builder = builder().transport(memory.clone()).clock(&clock);
    // Memory for a few events only.
    let telemetry = builder.queue_bytes(2048).build();
    for number in 0..1000 {
        telemetry.record(&failed(number));
    }
    telemetry.record(&Retry::default());
    telemetry.record(&Run(7));
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(numbers(&memory.bodies()), [0, 1, 2, 0, 7]);
    assert_eq!(telemetry.health().refused_for(RecordError::QueueFull), 0);
}

#[test]
fn each_client_counts_for_itself() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (first, second) = (client(&clock).0, client(&clock).0);
    assert_eq!(accepted(&first, 5), 3);
    assert_eq!(accepted(&second, 5), 3);
    // A clone shares the limit.
    assert_eq!(accepted(&first.client(), 5), 0);
}

#[test]
fn heartbeats_and_summaries_respect_the_limit() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    assert_eq!(accepted(&telemetry, 3), 3);
    let summary = telemetry.summary::<RequestFailed>(60 * MINUTE);
    summary.update(|event| event.number = 7);
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(telemetry.health().refused_for(RecordError::RateLimited), 1);
    assert!(telemetry.heartbeat(SECOND, failed(9), |_, _| {}));
    clock.advance(SECOND);
    let since = Instant::now();
    while telemetry.health().refused_for(RecordError::RateLimited) < 2 {
        assert!(since.elapsed() < PATIENCE, "the heartbeat is not refused");
        std::thread::yield_now();
    }
    assert_eq!(numbers(&memory.bodies()), [0, 1, 2]);
}

thread_local! {
    static ENCODED: Cell<u32> = const { Cell::new(0) };
}

/// Counts how often its code runs.
struct Counted;

impl TelemetryEvent for Counted {
    const EVENT_NAME: &'static str = "counted";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("counted", "1.0", "", &[])
            .limit(2, 3600)
            .0;

    fn visit<V: FieldVisitor>(&self, _: &mut V) {
        ENCODED.set(ENCODED.get() + 1);
    }
}

#[test]
fn an_event_above_its_limit_is_not_encoded() {
    let telemetry = builder().transport(NullTransport).build();
    for _ in 0..5 {
        telemetry.record(&Counted);
    }
    assert_eq!(ENCODED.get(), 2);
    assert_eq!(telemetry.health().refused_for(RecordError::RateLimited), 3);
}

#[test]
fn a_limit_that_is_reached_is_a_loss() {
    let (told, losses) = mpsc::channel();
    let telemetry = builder()
        .transport(NullTransport)
        .on_loss(move |report| {
            told.send((report.loss, report.events, report.first))
                .unwrap()
        })
        .build();
    assert_eq!(accepted(&telemetry, 4), 3);
    let report = losses.recv_timeout(PATIENCE).unwrap();
    assert_eq!(report, (Loss::Refused(RecordError::RateLimited), 1, true));
    assert_eq!(report.0.to_string(), "the limit of the event is reached");
}

#[test]
fn the_disclosure_the_privacy_report_and_status_show_the_limit() {
    let disclosure = Disclosure::new(&LIMITED);
    for text in [disclosure.text(usize::MAX), disclosure.markdown()] {
        assert!(
            text.contains("A request failed. Limit: at most 3 per minute."),
            "{text}"
        );
        assert!(
            text.contains("A retry. Limit: at most 1 per second."),
            "{text}"
        );
    }

    let report = REGISTRY.privacy_report();
    let limits: Vec<_> = report
        .limits
        .iter()
        .map(|row| (row.event, row.limit.to_string()))
        .collect();
    assert_eq!(limits, [("request_failed", "3/min".to_owned())]);
    let text = report.to_string();
    assert!(
        text.ends_with("| event | limit |\n| --- | --- |\n| `request_failed` | 3/min |\n"),
        "{text}"
    );

    let telemetry = Client::builder(&LIMITED)
        .env(|_| None)
        .transport(NullTransport)
        .build();
    let status = |words: &[&str]| {
        let matches = TelemetryCommand::command().get_matches_from(words);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let command = TelemetryCommand::new(disclosure)
            .env(|_| None)
            .client(&telemetry);
        assert_eq!(command.width(200).run(&matches, &mut out, &mut err), 0);
        String::from_utf8(out).unwrap()
    };
    assert!(!status(&["telemetry", "status"]).contains("limit is"));
    assert_eq!(accepted(&telemetry, 5), 3);
    let text = status(&["telemetry", "status"]);
    assert!(
        text.contains("2 refused, first request_failed 1.0; its limit is 3/min"),
        "{text}"
    );
    let json = status(&["telemetry", "status", "--json"]);
    assert!(json.contains(r#""rateLimited": 2"#), "{json}");
}
