//! The recorded handlers: under [`Policy::compat`] a client makes the same requests, in the same
//! order, and is left with as many events.
//!
//! Not compared: how often each event that is left was tried, which no public call shows; it shows
//! in the requests that follow.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "support functions of tests"
)]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use telemetry_examples::{
    agent_toolkit::AGENT_TOOLKIT, anonymizer::ANONYMIZER, data_designer::DATA_DESIGNER,
    guardrails::GUARDRAILS, safe_synthesizer::SAFE_SYNTHESIZER,
};
use telemetry_runtime::{
    Client, EventDescriptor, FieldVisitor, Flushed, Policy, Product, TelemetryEvent,
    testing::{Answer, Collector, DeadEnd},
    transport::{Outcome as Sent, Request, Transport},
};
use telemetry_tests::vectors::{assert_differences, document, load};

use crate::{
    scenario::{NotExpressible, Outcome},
    wire::{PATIENCE, Wire},
};

mod scenario;
mod wire;

static TOOL: Product = Product::new("handler-tests").default_on(true);

/// An event with an id of the vectors.
struct Named(String);

impl TelemetryEvent for Named {
    const EVENT_NAME: &'static str = "named";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new("named", "1.0", "", &[]);

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.text(",\"id\":", &self.0);
    }
}

const SENDS: &str = "a flush sends, as Safe Synthesizer's does; elsewhere it only sets a signal";
const OVER: &str = "a client that was shut down refuses events and counts them";
const NO_SWITCH: &str = "the environment is read once, when the client is built";
const REFUSED: &str = "what is no endpoint turns the client off, which says so at once, in place of \
                       failing at every flush";
const NO_NAN: &str = "an event is never unencodable: what is no number becomes the sentinel";

/// Scenarios that come out differently on purpose, or cannot be put, and why. Nothing else may.
const DIFFERENT: &[(&str, &str)] = &[
    ("background/aflush", SENDS),
    ("background/aflush_without_start", SENDS),
    ("background/enqueue_after_stop_not_sent", OVER),
    ("background/restart", OVER),
    (
        "batch/more_than_max_queue_in_one_batch",
        "there is no client without a background, which may send the first full batch before the \
         last event came",
    ),
    ("enabled/disabled_then_dlq_still_retried", NO_SWITCH),
    ("enabled/enabled_after_start", NO_SWITCH),
    (
        "endpoint/custom_endpoint_lower",
        "no test contacts another machine",
    ),
    ("endpoint/endpoint_bad_port", REFUSED),
    ("endpoint/endpoint_without_scheme", REFUSED),
    ("lifecycle/enqueue_after_stop", OVER),
    ("lifecycle/unencodable_body", NO_NAN),
    ("lifecycle/unencodable_then_alone", NO_NAN),
    (
        "lifecycle/with_sync_max_queue_inside",
        "a full batch is sent at once, as Safe Synthesizer's; others send at the end of a scope",
    ),
    ("lifecycle/with_sync_reused", OVER),
    (
        "nat_endpoint/nat_dry_run_and_stdout",
        "it prints, and a test of this process cannot look at that; a fault test does",
    ),
    (
        "retry/always_503_max_retries_-1",
        "a number of retries is not negative",
    ),
];

#[test]
fn handlers_are_reproduced() {
    let wire = Wire::new();
    let mut different = BTreeMap::new();
    let vectors = load("handler");
    let sender = |group: &str| group == "guardrails_sender";
    for vector in vectors.iter().filter(|it| !sender(it.text("group"))) {
        let entries = vector.get("expected").as_array().unwrap();
        let ours = match scenario::run(&wire, vector) {
            Ok(ours) => ours,
            Err(NotExpressible(why)) => {
                different.insert(vector.id().to_owned(), why.to_owned());
                continue;
            }
        };
        let same = |entry: &&Value| Outcome::recorded(entry) == ours;
        match entries.iter().position(|entry| same(&entry)) {
            // The way of the most products.
            Some(0) => {}
            Some(other) => {
                let products = &entries[other]["products"];
                different.insert(vector.id().to_owned(), format!("as {products}"));
            }
            None => {
                let what = format!("{ours:?}, recorded {:?}", Outcome::recorded(&entries[0]));
                different.insert(vector.id().to_owned(), what);
            }
        }
    }
    assert_differences("handler.json", &different, DIFFERENT);
}

/// Differences of the sender of Guardrails, which has no handler.
const SENDER_DIFFERENT: &[(&str, &str)] = &[
    (
        "guardrails_sender/redirect_303",
        "redirects are never followed",
    ),
    (
        "guardrails_sender/empty_url",
        "an empty endpoint builds and sends nothing: whoever sets it wants no event to leave",
    ),
];

#[test]
fn the_sender_of_guardrails_is_reproduced_with_one_attempt() {
    let vectors = load("handler");
    let mut different = BTreeMap::new();
    for vector in vectors
        .iter()
        .filter(|it| it.text("group") == "guardrails_sender")
    {
        let rows: Vec<_> = vector
            .get("responses")
            .as_array()
            .unwrap()
            .iter()
            .map(|status| {
                let status = status.as_u64().unwrap().try_into().unwrap();
                Answer::status(status).header("Location", "/moved")
            })
            .collect();
        let collector = Collector::script(rows).unwrap();
        let refusing = DeadEnd::refusing().unwrap();
        let endpoint = match vector.id() {
            "guardrails_sender/connection_refused" => refusing.url(),
            "guardrails_sender/empty_url" => String::new(),
            _ => format!("{}/v1.1/events/json", collector.url()),
        };
        let telemetry = Client::builder(&TOOL)
            .environment(|_| None)
            .endpoint(endpoint)
            .policy(Policy::compat().max_retries(0).request_timeout(PATIENCE))
            .build();
        telemetry.record(&Named("report".into()));
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
        let log = collector.requests().into_iter().map(|request| {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            json!({
                "method": request.method,
                "path": request.path,
                "content_type": request.header("content-type"),
                "event_count": body["events"].as_array().unwrap().len(),
            })
        });
        let (ours, recorded) = (
            json!(log.collect::<Vec<_>>()),
            &vector.get("expected")[0]["http_log"],
        );
        if ours != *recorded {
            different.insert(
                vector.id().to_owned(),
                format!("{ours}, recorded {recorded}"),
            );
        }
    }
    assert_differences("handler.json", &different, SENDER_DIFFERENT);
}

/// How long each request of a client may take.
fn timeout_of(product: &'static Product) -> (Duration, Duration) {
    struct Clock(Arc<Mutex<Option<(Instant, Instant)>>>);

    impl Transport for Clock {
        fn send(&mut self, _: &Request<'_>, deadline: Instant) -> Sent {
            *self.0.lock().unwrap() = Some((Instant::now(), deadline));
            Sent::delivered()
        }
    }

    let seen = Arc::default();
    let enable = ["NEMO_TELEMETRY_ENABLED", "NAT_TELEMETRY_ENABLED"];
    let telemetry = Client::builder(product)
        .environment(move |name| enable.contains(&name).then(|| "1".into()))
        .transport(Clock(Arc::clone(&seen)))
        .build();
    let before = Instant::now();
    telemetry.record(&Named("one".into()));
    assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
    let (sent, deadline) = seen.lock().unwrap().expect("a request");
    (deadline - sent, deadline - before)
}

#[test]
fn requests_of_each_product_take_as_long_as_the_originals_may() {
    let document = document("handler");
    let recorded = document["http_client_timeouts"].as_object().unwrap();
    let products = [
        ("safe_synthesizer", &SAFE_SYNTHESIZER),
        ("anonymizer", &ANONYMIZER),
        ("datadesigner", &DATA_DESIGNER),
        ("nat", &AGENT_TOOLKIT),
    ];
    assert_eq!(recorded.len(), products.len());
    for (name, product) in products {
        let seconds = recorded[name][0]["read"].as_f64().unwrap();
        let timeout = Duration::from_secs_f64(seconds);
        let (least, most) = timeout_of(product);
        assert!(
            least <= timeout && timeout <= most,
            "{name}: {least:?} to {most:?}"
        );
    }
    // Not recorded: its sender gives urllib 5 s.
    let (least, most) = timeout_of(&GUARDRAILS);
    let timeout = Duration::from_secs(5);
    assert!(least <= timeout && timeout <= most);
}
