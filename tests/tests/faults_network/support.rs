//! A product, an event and short ways to send it.

use std::{
    ffi::OsString,
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, ClientBuilder, Policy, Product, TelemetryEvent, TelemetryGuard,
    descriptor::EventDescriptor,
    field::FieldVisitor,
    health::{DropReason, FlushOutcome},
    testing::{Collector, ReceivedRequest as Received, ScriptedResponse},
    transport::{Failure, FailureKind, HttpTransport, Outcome, Request, Transport},
};

static TOOL: Product = Product::new("fault-tests")
    .endpoint_variable("TOOL_ENDPOINT")
    .policy(PATIENT)
    .default_on(true);

/// Only fails a test: nothing is expected to take so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What was put off is sent again when a test asks for it, and no sooner; a request that is
/// answered has the time that a busy machine needs.
pub(crate) const PATIENT: Policy = Policy::new()
    .backoff(Duration::MAX, Duration::MAX)
    .request_timeout(PATIENCE);

/// For what never happens.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

/// How long a request may take that is never answered. On a busy machine the first of these is over
/// before anything is written, which is another fault: then it is the turn of the next.
pub(crate) fn timeouts() -> impl Iterator<Item = Duration> {
    std::iter::successors(Some(SHORT), |time| Some(*time * 2)).take_while(|time| *time < PATIENCE)
}

pub(crate) struct Numbered(pub(crate) i64);

impl TelemetryEvent for Numbered {
    const EVENT_NAME: &'static str = "numbered";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new("numbered", "1.0", "", &[]);

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(",\"number\":", self.0);
    }
}

/// An event of 50 KiB: four of them cannot hide in socket buffers.
pub(crate) struct Large(pub(crate) i64);

impl TelemetryEvent for Large {
    const EVENT_NAME: &'static str = "large";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new("large", "1.0", "", &[]);

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(",\"number\":", self.0);
        for part in 0..50 {
            let name = [",\"part", &part.to_string(), "\":"].concat();
            visitor.text(name.leak(), &"x".repeat(1000));
        }
    }
}

/// A client in an empty environment.
pub(crate) fn builder() -> ClientBuilder {
    Client::builder(&TOOL).env(|_| None)
}

pub(crate) fn client_of(collector: &Collector) -> TelemetryGuard {
    builder().endpoint(collector.url()).build()
}

/// A lookup that knows these variables.
pub(crate) fn environment(
    variables: &[(&str, &str)],
) -> impl Fn(&str) -> Option<OsString> + use<> + 'static {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), OsString::from(value));
    let variables: Vec<_> = variables.iter().map(own).collect();
    move |asked| {
        let found = variables.iter().find(|(name, _)| name == asked);
        found.map(|(_, value)| value.clone())
    }
}

pub(crate) fn collector(rows: impl IntoIterator<Item = ScriptedResponse>) -> Collector {
    let rows: Vec<_> = rows.into_iter().collect();
    Collector::script(rows).unwrap()
}

/// Sends a small body once, and returns before its deadline.
pub(crate) fn send(url: &str) -> Outcome {
    send_by(&mut HttpTransport::new(url).unwrap())
}

pub(crate) fn send_by(transport: &mut HttpTransport) -> Outcome {
    let deadline = Instant::now() + PATIENCE;
    let outcome = transport.send(&Request::new(b"{\"events\":[]}", 1), deadline);
    assert!(Instant::now() < deadline, "{outcome:?}");
    outcome
}

/// What becomes of a request that is written and never answered, and who did not answer it.
pub(crate) fn unanswered(answer: &ScriptedResponse) -> (Outcome, Collector) {
    let tries = timeouts().map(|time| {
        let collector = collector([answer.clone()]);
        let mut transport = HttpTransport::new(&collector.url()).unwrap();
        let deadline = Instant::now() + time;
        let outcome = transport.send(&Request::new(b"{\"events\":[]}", 1), deadline);
        (outcome, collector)
    });
    let written = |outcome: &Outcome| !matches!(outcome, Outcome::NotSent(_));
    let mut tries = tries.skip_while(|(outcome, _)| !written(outcome));
    tries.next().unwrap()
}

/// A client after the flush of one event that was written and never answered, what the flush said,
/// and the collector.
pub(crate) fn flushed_unanswered(
    policy: Policy,
    answer: &ScriptedResponse,
) -> (TelemetryGuard, FlushOutcome, Collector) {
    let tries = timeouts().map(|time| {
        let collector = collector([answer.clone()]);
        let builder = builder().endpoint(collector.url());
        let telemetry = builder.policy(policy.request_timeout(time)).build();
        telemetry.record(&Numbered(1));
        let flushed = telemetry.flush(PATIENCE);
        assert_conserved(&telemetry);
        (telemetry, flushed, collector)
    });
    let mut tries = tries.skip_while(|(.., collector)| collector.requests().is_empty());
    tries.next().unwrap()
}

/// As [`send_by`], to somebody who is there: on a busy machine the 1.5 s that the transport gives
/// itself to connect may not be enough.
pub(crate) fn send_until_connected(transport: &mut HttpTransport) -> Outcome {
    let gave_up = |outcome: &Outcome| matches!(outcome, Outcome::NotSent(failure) if failure.detail == "it took too long");
    let mut tries = (0..20).map(|_| send_by(transport));
    let connected = tries.find(|outcome| !gave_up(outcome));
    connected.unwrap()
}

#[track_caller]
pub(crate) fn not_sent(outcome: Outcome) -> (FailureKind, String) {
    match outcome {
        Outcome::NotSent(Failure { kind, detail, .. }) => (kind, detail.into_owned()),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub(crate) fn ambiguous(outcome: Outcome) -> FailureKind {
    match outcome {
        Outcome::Ambiguous(failure) => failure.kind,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub(crate) fn wait_until_closed(collector: &Collector, connections: usize) {
    let counts = collector.wait_until(PATIENCE, |counts| counts.closed >= connections);
    assert_eq!(counts.unwrap().closed, connections);
}

/// The numbers of the events in a request, in order.
pub(crate) fn numbers(request: &Received) -> Vec<i64> {
    let text = request.text().into_owned();
    let pieces = text.split("\"number\":").skip(1);
    pieces
        .map(|piece| piece.split(['}', ',']).next().unwrap().parse().unwrap())
        .collect()
}

#[track_caller]
pub(crate) fn assert_flushed(client: &Client, expected: FlushOutcome) {
    assert_eq!(client.flush(PATIENCE), expected, "{:?}", client.health());
    assert_conserved(client);
}

#[track_caller]
pub(crate) fn assert_conserved(client: &Client) {
    let health = client.health();
    let sum = health.delivered() + health.dropped() + health.held();
    assert_eq!(health.accepted(), sum, "{health:?}");
}

/// Everything is still held, nothing was lost.
#[track_caller]
pub(crate) fn assert_held(client: &Client, events: u64) {
    let health = client.health();
    assert_eq!((health.held(), health.dropped()), (events, 0), "{health:?}");
}

#[track_caller]
pub(crate) fn assert_dropped(client: &Client, reason: DropReason, events: u64) {
    let health = client.health();
    let found = (health.held(), health.dropped(), health.dropped_for(reason));
    assert_eq!(found, (0, events, events), "{health:?}");
}
