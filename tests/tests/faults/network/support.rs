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
    transport::{FailureKind, HttpTransport, Outcome, Request, Transport},
};
pub(crate) use telemetry_tests::client::{PATIENCE, Run, assert_conserved};

static TOOL: Product = Product::new("fault-tests")
    .endpoint_variable("TOOL_ENDPOINT")
    .policy(PATIENT)
    .default_on(true);

/// Deferred events are sent again only when a test asks for it; a request that is answered has the
/// time that a busy machine needs.
pub(crate) const PATIENT: Policy = Policy::new()
    .backoff(Duration::MAX, Duration::MAX)
    .request_timeout(PATIENCE);

/// A timeout for events that never happen.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

/// Timeouts of a request that is never answered. On a busy machine the first may pass before anything
/// is written, which is another fault: then the next one is tried.
pub(crate) fn timeouts() -> impl Iterator<Item = Duration> {
    std::iter::successors(Some(SHORT), |time| Some(*time * 2)).take_while(|time| *time < PATIENCE)
}

/// An event of 50 KiB: four of them cannot hide in socket buffers.
pub(crate) struct Large(pub(crate) i64);

impl TelemetryEvent for Large {
    const EVENT_NAME: &'static str = "large";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("large", "1.0", "", &[]).0;

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

/// The outcome of a request that is written and never answered, and its collector.
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

/// A client after the flush of one event that was written and never answered, the result of the
/// flush, and the collector.
pub(crate) fn flushed_unanswered(
    policy: Policy,
    answer: &ScriptedResponse,
) -> (TelemetryGuard, FlushOutcome, Collector) {
    let tries = timeouts().map(|time| {
        let collector = collector([answer.clone()]);
        let builder = builder().endpoint(collector.url());
        let telemetry = builder.policy(policy.request_timeout(time)).build();
        telemetry.record(&Run(1));
        let flushed = telemetry.flush(PATIENCE);
        assert_conserved(&telemetry);
        (telemetry, flushed, collector)
    });
    let mut tries = tries.skip_while(|(.., collector)| collector.requests().is_empty());
    tries.next().unwrap()
}

/// As [`send_by`], to a collector that is reachable: on a busy machine the 1.5 s that the transport gives
/// itself to connect may not be enough.
pub(crate) fn send_until_connected(transport: &mut HttpTransport) -> Outcome {
    let gave_up = |outcome: &Outcome| matches!(outcome, Outcome::NotSent(failure) if failure.detail() == "timed out");
    let mut tries = (0..20).map(|_| send_by(transport));
    let connected = tries.find(|outcome| !gave_up(outcome));
    connected.unwrap()
}

#[track_caller]
pub(crate) fn not_sent(outcome: Outcome) -> (FailureKind, String) {
    match outcome {
        Outcome::NotSent(failure) => (failure.kind(), failure.detail().to_owned()),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub(crate) fn ambiguous(outcome: Outcome) -> FailureKind {
    match outcome {
        Outcome::Ambiguous(failure) => failure.kind(),
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
    telemetry_tests::client::numbers(&request.text())
}

#[track_caller]
pub(crate) fn assert_flushed(client: &Client, expected: FlushOutcome) {
    assert_eq!(client.flush(PATIENCE), expected, "{:?}", client.health());
    assert_conserved(client);
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
