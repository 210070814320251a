//! The recorded handlers: a client with the default policy makes the same requests, in the same
//! order, and is left with as many events, or differs for a reason that is listed.
//!
//! Not compared: how often each event that is left was tried, which no public call shows; it shows
//! in the requests that follow.

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
    Client, Policy, Product, TelemetryEvent,
    descriptor::EventDescriptor,
    field::FieldVisitor,
    health::FlushOutcome,
    testing::{Collector, ScriptedResponse, UnreachableEndpoint},
    transport::{Outcome as Sent, Request, Transport},
};
use telemetry_tests::vectors::{Vector, assert_differences, document, load};

use self::{
    differences::{Case, assert_classified},
    scenario::Outcome,
    wire::{PATIENCE, Wire},
};

mod differences;
mod scenario;
mod wire;

static TOOL: Product = Product::new("handler-tests").default_on(true);

/// An event with an id of the vectors.
struct Named(String);

impl TelemetryEvent for Named {
    const EVENT_NAME: &'static str = "named";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("named", "1.0", "", &[]).0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.text(",\"id\":", &self.0);
    }
}

/// The original as it is described, not recorded: what a failed stop leaves is sent by a second one.
fn stop_twice() -> Vector {
    let sent = |step, response| json!({"step": step, "ids": ["e1"], "response": response});
    Vector::new(json!({
        "id": "lifecycle/stop_twice_retries",
        "group": "lifecycle",
        "mode": "manual",
        "config": {},
        "responses": [503, 200],
        "steps": [{"op": "enqueue", "ids": ["e1"]}, {"op": "stop"}, {"op": "stop"}],
        "expected": [{
            "products": ["safe_synthesizer", "anonymizer", "datadesigner"],
            "requests": [sent(1, 503), sent(2, 200)],
            "queue": [],
            "dead_letter": [],
        }],
    }))
}

#[test]
fn handlers_are_reproduced_or_differ_for_a_listed_reason() {
    let wire = Wire::new();
    let mut different = BTreeMap::new();
    let mut vectors = load("handler");
    vectors.retain(|vector| vector.text("group") != "guardrails_sender");
    vectors.push(stop_twice());
    for vector in &vectors {
        // The first entry is the behaviour of most products.
        let entries = vector.get("expected").as_array().unwrap();
        let mut entries = entries.iter().map(Outcome::recorded);
        let recorded = entries.next().unwrap();
        let ours = scenario::run(&wire, vector);
        if ours.as_ref() != Some(&recorded) {
            let as_another = ours.is_some() && entries.any(|it| Some(it) == ours);
            let case = Case {
                ours,
                recorded,
                as_another,
            };
            different.insert(vector.id().to_owned(), case);
        }
    }
    assert_classified(different);
}

/// Differences of the sender of Guardrails, which has no handler.
const SENDER_DIFFERENT: &[(&str, &str)] = &[
    (
        "guardrails_sender/redirect_303",
        "redirects are never followed",
    ),
    (
        "guardrails_sender/empty_url",
        "an empty endpoint builds and sends nothing: it is set so that no event leaves",
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
                ScriptedResponse::status(status).header("Location", "/moved")
            })
            .collect();
        let collector = Collector::script(rows).unwrap();
        let refusing = UnreachableEndpoint::refusing().unwrap();
        let endpoint = match vector.id() {
            "guardrails_sender/connection_refused" => refusing.url(),
            "guardrails_sender/empty_url" => String::new(),
            _ => format!("{}/v1.1/events/json", collector.url()),
        };
        let telemetry = Client::builder(&TOOL)
            .env(|_| None)
            .endpoint(endpoint)
            .policy(Policy::new().max_retries(0).request_timeout(PATIENCE))
            .build();
        telemetry.record(&Named("report".into()));
        // After any outcome of the first, a second one sends nothing again.
        for _ in 0..2 {
            assert_ne!(telemetry.flush(PATIENCE), FlushOutcome::DeadlinePassed);
        }
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

/// The timeout of each request of a client.
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
    let product: &'static Product = Box::leak(Box::new(product.events(&[&[Named::DESCRIPTOR]])));
    let telemetry = Client::builder(product)
        .env(move |name| enable.contains(&name).then(|| "1".into()))
        .transport(Clock(Arc::clone(&seen)))
        .build();
    let before = Instant::now();
    telemetry.record(&Named("one".into()));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
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
