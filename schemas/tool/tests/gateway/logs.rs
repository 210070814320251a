//! The logs that the collector gets.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use crate::{
    collector::Collector,
    gateway::{Gateway, envelope, event, with},
};

#[test]
fn an_envelope_becomes_logs_with_a_resource_and_a_scope() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let answer = gateway.send(&envelope(vec![
        event(),
        with("title", "caf\u{e9} \"\n\u{1}"),
    ]));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json(), json!({"accepted": 2, "invalid": 0}));
    let accepted = collector.accepted();
    assert_eq!(accepted.len(), 1);
    let logs = &accepted[0]["resourceLogs"][0];
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    assert_eq!(
        logs["resource"]["attributes"],
        json!([
            text("service.name", "runner"),
            text("service.version", "2.3.4"),
            text("service.instance.id", "session-1"),
            text("host.arch", "x86_64"),
            text("telemetry.client_id", "1"),
        ])
    );
    let scope = &logs["scopeLogs"][0];
    assert_eq!(
        scope["scope"],
        json!({"name": "nemo-telemetry", "version": "1.0"})
    );
    assert_eq!(scope["schemaUrl"], "1.9");
    let records = scope["logRecords"].as_array().unwrap();
    assert_eq!(records[0]["eventName"], "run_event");
    assert_eq!(records[0]["severityNumber"], 9);
    assert_eq!(records[0]["observedTimeUnixNano"], "1767323045678000000");
    assert!(records[0]["body"].is_null());
    let attributes = records[1]["attributes"].as_array().unwrap();
    assert!(
        attributes.contains(&text("title", "caf\u{e9} \"\n\u{1}")),
        "{attributes:?}"
    );
    let head = &collector.heads()[0];
    assert!(head.starts_with("POST /v1/logs HTTP/1.1\r\n"), "{head}");
}

#[test]
fn values_have_the_types_of_their_fields() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let mut event = event();
    let parameters = &mut event["parameters"];
    // JSON does not separate whole numbers from others; the document does.
    parameters["count"] = json!(7.0);
    parameters["seconds"] = json!(-1);
    parameters["cached"] = json!(true);
    parameters["hosts"] = json!(["local", "local"]);
    parameters["steps"] = json!([{"ms": 1}, {"ms": 2}]);
    let answer = gateway.send(&envelope(vec![event]));
    assert_eq!(answer.json(), json!({"accepted": 1, "invalid": 0}));
    let record = &collector.records()[0];
    let value = |key: &str| {
        let attributes = record["attributes"].as_array().unwrap();
        let found = attributes.iter().find(|it| it["key"] == key).unwrap();
        found["value"].clone()
    };
    assert_eq!(value("count"), json!({"intValue": "7"}));
    assert_eq!(value("seconds"), json!({"doubleValue": -1.0}));
    assert_eq!(value("cached"), json!({"boolValue": true}));
    let texts = json!([{"stringValue": "local"}, {"stringValue": "local"}]);
    assert_eq!(value("hosts"), json!({"arrayValue": {"values": texts}}));
    let step = |ms: &str| {
        let members = json!([{"key": "ms", "value": {"intValue": ms}}]);
        json!({"kvlistValue": {"values": members}})
    };
    assert_eq!(
        value("steps"),
        json!({"arrayValue": {"values": [step("1"), step("2")]}})
    );
}

/// Envelopes as the originals of the products send them, each of the version of a released document.
#[test]
fn events_of_the_five_products_are_forwarded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/envelopes.json");
    let vectors: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let collector = Collector::start();
    let gateway = Gateway::with(
        "127.0.0.1:0",
        &[
            "--registry",
            "../anonymous_events.json",
            "../history",
            "--forward",
            &collector.address(),
        ],
    );
    let mut products = BTreeSet::new();
    let mut events = 0;
    for vector in vectors["vectors"].as_array().unwrap() {
        if vector["case"] != "one_event" {
            continue;
        }
        let body = vector["request_body_text"].as_str().unwrap();
        let answer = gateway.post(body.as_bytes());
        assert_eq!(answer.json(), json!({"accepted": 1, "invalid": 0}));
        events += 1;
        products.insert(vector["event"].as_str().unwrap());
        // Every parameter is an attribute, in the same order.
        let record = collector.records().pop().unwrap();
        let sent = vector["envelope"]["events"][0]["parameters"]
            .as_object()
            .unwrap();
        let attributes = record["attributes"].as_array().unwrap();
        let keys: Vec<_> = attributes
            .iter()
            .map(|it| it["key"].as_str().unwrap())
            .collect();
        assert_eq!(keys, sent.keys().collect::<Vec<_>>());
    }
    assert_eq!(products.len(), 5, "{products:?}");
    assert_eq!(collector.records().len(), events);
}
