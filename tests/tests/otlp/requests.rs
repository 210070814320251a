//! The requests of a client that sends OTLP.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use telemetry_runtime::{
    Client, Count, Product, TelemetryEvent, TelemetryFields, Wire,
    descriptor::EventDescriptor,
    field::FieldVisitor,
    health::FlushOutcome,
    testing::{Capture, Collector, ScriptedResponse, VirtualClock},
    transport::{MemoryTransport, Outcome},
};
use telemetry_tests::client::{PATIENCE, Run};

use super::{TOOL, builder, decoded::decode};

/// One step.
#[derive(TelemetryFields, Clone)]
struct Step {
    /// Name of the step.
    #[event(free_text = "test")]
    name: String,
    /// Wall-clock time.
    seconds: f64,
    /// Whether it was skipped.
    skipped: bool,
}

/// One event with every type of field.
#[derive(TelemetryEvent)]
#[event(name = "every_type", schema = "2.13")]
struct EveryType {
    /// A truth.
    flag: bool,
    /// A number of calls.
    calls: Count,
    /// A whole number.
    whole: i64,
    /// A number.
    number: f64,
    /// A number that is not finite.
    nan: f64,
    /// A text.
    #[event(free_text = "test")]
    text: String,
    /// A list.
    #[event(max_items = 4, free_text = "test")]
    list: Vec<String>,
    /// A list of parts.
    #[event(max_items = 4)]
    steps: Vec<Step>,
    /// An empty list of parts.
    #[event(max_items = 4)]
    none: Vec<Step>,
}

const HOSTILE: &str = "\"},{\"observedTimeUnixNano\":\"1\",\u{1}\\\u{10ffff}";

fn every_type() -> EveryType {
    let step = Step::builder().name(HOSTILE).seconds(1.0).skipped(true);
    EveryType::builder()
        .flag(true)
        .calls(Count::from(3_u64))
        .whole(i64::MIN)
        .number(0.1)
        .nan(f64::NAN)
        .text(HOSTILE)
        .list(vec![HOSTILE.to_owned(), String::new()])
        .steps(vec![step.build(), Step::default()])
        .build()
}

#[test]
fn every_type_of_field_arrives_with_its_type() {
    let collector = Collector::start().unwrap();
    let telemetry = builder().endpoint(collector.url()).build();
    telemetry.record(&every_type());
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let request = collector.requests().pop().unwrap();
    assert_eq!(request.header("content-type"), Some("application/json"));
    let decoded = decode(&request.body);
    let [record] = &*decoded.records else {
        panic!("{decoded:?}")
    };
    let expected = json!({
        "flag": true,
        "calls": 3,
        "whole": i64::MIN,
        "number": 0.1,
        "nan": -1.0,
        "text": HOSTILE,
        "list": [HOSTILE, ""],
        "steps": [
            { "name": HOSTILE, "seconds": 1.0, "skipped": true },
            { "name": "undefined", "seconds": -1.0, "skipped": false },
        ],
        "none": [],
    });
    assert_eq!(record.attributes, expected);
    assert_eq!(record.name, "every_type");
    // The same values as in the envelope, and as many replaced ones.
    let parameters: Value = serde_json::from_str(&every_type().parameters().to_json()).unwrap();
    assert_eq!(record.attributes, parameters);
    assert_eq!(telemetry.health().coerced(), 1);
}

#[test]
fn the_resource_and_the_scope_have_the_facts_of_the_product() {
    let memory = MemoryTransport::new();
    let telemetry = builder()
        .transport(memory.clone())
        .client_version("7.8")
        .build();
    telemetry.record(&every_type());
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let bodies = memory.bodies();
    let decoded: Vec<_> = bodies.iter().map(|body| decode(body)).collect();
    let schemas: Vec<_> = decoded.iter().map(|it| &*it.schema).collect();
    assert_eq!(schemas, ["2.13", "1.0"]);
    for decoded in decoded {
        let machine = json!(decoded.resource["host.arch"].as_str().unwrap());
        let expected = json!({
            "service.name": "otlp-tests",
            "service.version": "7.8",
            "service.instance.id": telemetry.session_id().as_str(),
            "host.arch": machine,
            "telemetry.client_id": "184482118588404",
        });
        assert_eq!(decoded.resource, expected);
        let scope = json!({ "name": "example-telemetry", "version": "1.0" });
        assert_eq!(decoded.scope, scope);
    }
    assert!(telemetry.session_id().as_str().starts_with("tool-"));
}

#[test]
fn values_that_a_product_does_not_declare_are_left_out() {
    static UNDECLARED: Product = Product::new("a \"tool\"")
        .wire(Wire::Otlp)
        .no_session()
        .default_on(true);
    let memory = MemoryTransport::new();
    let telemetry = Client::builder(&UNDECLARED)
        .env(|_| None)
        .transport(memory.clone())
        .build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let decoded = decode(&memory.bodies()[0]);
    let resource = decoded.resource.as_object().unwrap();
    let names: Vec<_> = resource.keys().collect();
    assert_eq!(names, ["service.name", "host.arch"]);
    assert_eq!(resource["service.name"], "a \"tool\"");
    assert_eq!(decoded.scope, json!({}));
}

#[test]
fn only_the_send_time_differs_when_events_are_sent_again() {
    let start = UNIX_EPOCH + Duration::new(1_790_000_000, 123_456_789);
    let clock = VirtualClock::new(start);
    let memory = MemoryTransport::new();
    memory.answer([Outcome::status(503)]);
    let telemetry = builder().clock(&clock).transport(memory.clone()).build();
    telemetry.record(&Run(1));
    clock.advance(Duration::from_millis(1));
    telemetry.record(&Run(2));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    clock.advance(Duration::from_secs(3));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let [first, second] = <[_; 2]>::try_from(memory.bodies()).unwrap();
    let times = |body: &[u8]| -> Vec<_> {
        let records = decode(body).records;
        let times = records.iter().map(|it| (it.recorded, it.sent));
        times.collect()
    };
    let recorded = [1_790_000_000_123_000_000, 1_790_000_000_124_000_000];
    let sent = [1_790_000_000_124_000_000, 1_790_000_003_124_000_000];
    assert_eq!(times(&first), recorded.map(|time| (time, sent[0])));
    assert_eq!(times(&second), recorded.map(|time| (time, sent[1])));
    assert_eq!(first.len(), second.len());
}

#[test]
fn times_that_otlp_cannot_represent_are_replaced() {
    for (at, expected) in [
        (UNIX_EPOCH - Duration::from_secs(1), 0),
        (UNIX_EPOCH, 0),
        (UNIX_EPOCH + Duration::from_millis(5), 5_000_000),
        (
            UNIX_EPOCH + Duration::from_secs(253_402_300_799),
            9_223_372_036_854_000_000,
        ),
    ] {
        let at: SystemTime = at;
        let memory = MemoryTransport::new();
        let clock = VirtualClock::new(at);
        let telemetry = builder().clock(&clock).transport(memory.clone()).build();
        telemetry.record(&Run(1));
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
        let records = decode(&memory.bodies()[0]).records;
        assert_eq!((records[0].recorded, records[0].sent), (expected, expected));
    }
}

/// An event with a text of any length.
struct Text(String);

impl TelemetryEvent for Text {
    const EVENT_NAME: &'static str = "text";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("text", "1.0", "", &[]).0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.text(",\"text\":", &self.0);
        visitor.list(",\"list\":", [&*self.0, "é"].into_iter());
        visitor.integer(",\"length\":", self.0.len() as i64);
    }
}

#[test]
fn events_of_every_length_arrive_and_those_above_the_limit_are_refused() {
    let memory = MemoryTransport::new();
    let telemetry = builder()
        .transport(memory.clone())
        .max_batch_events(1000)
        .queue_bytes(usize::MAX)
        .max_event_bytes(20_000)
        .build();
    let lengths = (0..300).chain((1900..2100).step_by(3)).chain([9_000]);
    let lengths: Vec<usize> = lengths.collect();
    for length in &lengths {
        telemetry.record(&Text("x".repeat(*length)));
    }
    telemetry.record(&Text("x".repeat(10_000)));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let bodies = memory.bodies();
    let records = bodies.iter().flat_map(|body| decode(body).records);
    let mut arrived = Vec::new();
    for record in records {
        let length = record.attributes["length"].as_u64().unwrap() as usize;
        assert_eq!(record.attributes["text"], "x".repeat(length));
        arrived.push(length);
    }
    assert_eq!(arrived, lengths);
    assert_eq!(telemetry.health().refused(), 1);
}

#[test]
fn a_capture_has_the_parameters_of_events() {
    let capture = Capture::with_builder(Client::builder(&TOOL));
    capture.client().record(&Run(7));
    assert_eq!(capture.events::<Run>(), ["{\"number\":7}"]);
    assert!(capture.to_ndjson().contains("\"eventSchemaVer\":\"1.0\""));
}

#[test]
fn the_path_of_the_endpoint_is_used_as_it_is_given() {
    let collector = Collector::script([ScriptedResponse::status(204)]).unwrap();
    let url = format!("http://{}/v1/logs?a=B", collector.address());
    let telemetry = Client::builder(&TOOL).env(|_| None).endpoint(url).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    assert_eq!(collector.requests()[0].path, "/v1/logs?a=B");
}
