//! The lines of the feature `tracing`: one per change of state, never one per event.
//!
//! In this package, since no other test needs the feature. A separate binary: the subscriber is
//! installed once for the whole process. Each test has a product of its own, whose lines it reads.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]
// A build without telemetry logs nothing.
#![cfg(not(feature = "off"))]

use std::{
    fmt,
    sync::{Mutex, OnceLock},
    time::Duration,
};

use telemetry_runtime::{
    Client, ClientBuilder, Product,
    health::{FlushOutcome, RecordError},
    transport::{ApiKey, Failure, FailureKind, MemoryTransport, Outcome},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

#[expect(dead_code, reason = "each test here has its own product")]
mod support;

use self::support::Run;

/// Only fails a test; nothing is measured with it.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Line {
    product: String,
    message: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        assert_eq!(field.name(), "product");
        self.product = value.to_owned();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        assert_eq!(field.name(), "message");
        self.message = format!("{value:?}");
    }
}

/// Keeps every line, and records an event for each: that must not cause another line.
#[derive(Default)]
struct Lines {
    /// Product and text.
    lines: Mutex<Vec<(String, String)>>,
    /// The product whose lines record events, with its client.
    reentrant: OnceLock<(&'static str, Client)>,
    recorded: Mutex<Vec<Result<(), RecordError>>>,
}

impl Lines {
    fn installed() -> &'static Self {
        static LINES: OnceLock<Lines> = OnceLock::new();
        static INSTALLED: OnceLock<()> = OnceLock::new();
        let lines = LINES.get_or_init(Self::default);
        INSTALLED.get_or_init(|| tracing::subscriber::set_global_default(lines).unwrap());
        lines
    }

    /// The lines of a product since the last call.
    fn take(&self, product: &Product) -> Vec<String> {
        let mut lines = self.lines.lock().unwrap();
        let (taken, others) = std::mem::take(&mut *lines)
            .into_iter()
            .partition(|(name, _)| name == product.name());
        *lines = others;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, line)| line).collect()
    }
}

impl Subscriber for &'static Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("telemetry")
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        assert_eq!(metadata.target(), "telemetry_runtime");
        let mut line = Line::default();
        event.record(&mut line);
        let text = format!("{} {}", metadata.level(), line.message);
        self.lines
            .lock()
            .unwrap()
            .push((line.product.clone(), text));
        if let Some((product, client)) = self.reentrant.get()
            && *product == line.product
        {
            let recorded = client.try_record(&Run(0)).map(drop);
            self.recorded.lock().unwrap().push(recorded);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        panic!("the library has no spans")
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn builder(product: &'static Product) -> ClientBuilder {
    Client::builder(product).env(|_| None)
}

fn status(status: u16) -> Outcome {
    Outcome::status(status)
}

fn failure() -> Failure {
    Failure::new(FailureKind::Connect)
}

#[test]
fn the_first_loss_of_an_episode_is_one_line() {
    static LOSING: Product = Product::new("losing").default_on(true);
    let lines = Lines::installed();
    let memory = MemoryTransport::new();
    memory.answer([413, 413, 413, 200, 413, 413].map(Outcome::status));
    let telemetry = builder(&LOSING)
        .transport(memory.clone())
        .max_batch_events(1)
        .max_event_bytes(200)
        .build();
    assert_eq!(lines.take(&LOSING), ["DEBUG on: the default of losing"]);
    let client = ("losing", telemetry.client());
    assert!(lines.reentrant.set(client).is_ok());
    // Three are dropped, one is delivered, two are dropped; no loss besides.
    for number in 0..6 {
        telemetry.record(&Run(number));
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    }
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Complete);

    let line = "DEBUG events lost: 1, because the collector rejected it as too large";
    assert_eq!(lines.take(&LOSING), [line, line], "one for each episode");

    // The events of the subscriber were refused, which caused no line.
    let refused = Err(RecordError::Reentrant);
    assert_eq!(*lines.recorded.lock().unwrap(), [refused, refused]);
    let health = telemetry.health();
    assert_eq!(
        (health.accepted(), health.delivered(), health.dropped()),
        (6, 1, 5)
    );
    assert_eq!(health.refused_for(RecordError::Reentrant), 2);
    assert_eq!(memory.bodies().len(), 6);
}

#[test]
fn each_change_of_the_collectors_state_is_one_line_with_the_reason() {
    static CHANGING: Product = Product::new("changing").default_on(true);
    let lines = Lines::installed();
    let memory = MemoryTransport::new();
    let telemetry = builder(&CHANGING).transport(memory.clone()).build();
    lines.take(&CHANGING);
    let changes: [(Vec<Outcome>, &[&str]); 6] = [
        (vec![status(200), status(200)], &[]),
        (
            vec![Outcome::NotSent(failure()), Outcome::NotSent(failure())],
            &["DEBUG the collector did not answer: no connection"],
        ),
        (
            vec![status(503), status(500)],
            &["DEBUG deferred: the collector answered 503"],
        ),
        (
            vec![status(200)],
            &["DEBUG events are delivered again: the collector answered 200"],
        ),
        // Events that are dropped for their content do not change the state.
        (
            vec![status(400), status(200)],
            &["DEBUG events lost: 1, because the collector rejected it"],
        ),
        (
            vec![status(404)],
            &["WARN misconfigured: the collector answered 404"],
        ),
    ];
    for (answers, expected) in changes {
        for answer in answers {
            memory.answer([answer]);
            telemetry.record(&Run(1));
            let _ = telemetry.flush(PATIENCE);
        }
        assert_eq!(lines.take(&CHANGING), expected);
    }
    // The collector is contacted once per hour: many events cause no line.
    for number in 0..100 {
        telemetry.record(&Run(number));
        let _ = telemetry.flush(PATIENCE);
    }
    assert_eq!(lines.take(&CHANGING), [""; 0]);

    static PAUSED: Product = Product::new("paused").default_on(true);
    let memory = MemoryTransport::new();
    memory.answer([Outcome::status(403)]);
    let telemetry = builder(&PAUSED).transport(memory).build();
    telemetry.record(&Run(1));
    let _ = telemetry.flush(PATIENCE);
    assert_eq!(
        lines.take(&PAUSED),
        [
            "DEBUG on: the default of paused",
            "WARN paused: the collector answered 403"
        ]
    );
}

#[test]
fn a_client_that_is_off_and_an_opt_out_are_one_line_each() {
    static OFF: Product = Product::new("off-tool").default_on(true);
    let lines = Lines::installed();
    let misconfigured = builder(&OFF).build();
    misconfigured.record(&Run(1));
    misconfigured.opt_out();
    assert_eq!(lines.take(&OFF), ["WARN off: no endpoint is configured"]);

    let refused = Client::builder(&OFF)
        .env(|name| (name == "DO_NOT_TRACK").then(|| "1".into()))
        .build();
    refused.record(&Run(1));
    assert_eq!(lines.take(&OFF), ["DEBUG off: DO_NOT_TRACK=1 is set"]);

    let telemetry = builder(&OFF).transport(MemoryTransport::new()).build();
    for _ in 0..3 {
        telemetry.opt_out();
        telemetry.record(&Run(1));
    }
    assert_eq!(
        lines.take(&OFF),
        [
            "DEBUG on: the default of off-tool",
            "DEBUG off: opted out while the program was running"
        ]
    );
}

#[test]
fn an_api_key_that_is_not_sent_is_one_line_without_the_key() {
    static TOOL: Product = Product::new("keyed")
        .endpoint("https://collector.invalid/")
        .api_key_header("x-api-key")
        .default_on(true);
    let lines = Lines::installed();
    let telemetry = builder(&TOOL)
        .endpoint("stdout")
        .api_key(ApiKey::new("secret-918273645"))
        .build();
    let expected = [
        "DEBUG on: the default of keyed",
        "WARN the API key is not sent: the endpoint is not an https address",
    ];
    assert_eq!(lines.take(&TOOL), expected);
    assert!(telemetry.is_on());
}

#[test]
fn the_first_event_that_is_refused_after_the_end_is_one_line() {
    static ORPHAN: Product = Product::new("orphan").default_on(true);
    let lines = Lines::installed();
    let client = builder(&ORPHAN)
        .transport(MemoryTransport::new())
        .build()
        .client();
    lines.take(&ORPHAN);
    for number in 0..3 {
        client.record(&Run(number));
        client.record_with(|| Run(number));
        assert_eq!(client.try_record(&Run(number)), Err(RecordError::ShutDown));
    }
    assert_eq!(
        lines.take(&ORPHAN),
        [
            "WARN an event was refused: off: the owner of this client was dropped; \
             keep the TelemetryGuard until the end of `main`"
        ]
    );

    let telemetry = builder(&ORPHAN).transport(MemoryTransport::new()).build();
    let _ = telemetry.shutdown(PATIENCE);
    lines.take(&ORPHAN);
    telemetry.record(&Run(1));
    telemetry.record(&Run(2));
    assert_eq!(
        lines.take(&ORPHAN),
        ["DEBUG an event was refused: off: the client was shut down"]
    );
}
