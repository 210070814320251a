//! Answers to requests that are not accepted.

use serde_json::json;

use crate::{
    collector::Collector,
    gateway::{Gateway, envelope, event, with},
};

#[test]
fn the_first_mistake_of_a_body_that_is_not_an_envelope_is_answered() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let valid = envelope(vec![event()]);
    let without = |key: &str| {
        let mut envelope = valid.clone();
        envelope.as_object_mut().unwrap().remove(key);
        envelope.to_string()
    };
    let with_value = |key: &str, value: serde_json::Value| {
        let mut envelope = valid.clone();
        envelope[key] = value;
        envelope.to_string()
    };
    for (body, wrong, help) in [
        (
            String::new(),
            "line 1, column 1: the text ends here",
            "write a JSON value",
        ),
        (
            "{\"events\": [".to_owned(),
            "line 1, column 13: the text ends here",
            "write",
        ),
        (
            "[1]".to_owned(),
            "the body is an array, not an envelope",
            "send an object with",
        ),
        (
            without("events"),
            "at /events: `events` is missing",
            "send the events as an array",
        ),
        (
            with_value("events", json!({})),
            "at /events: `events` is an object",
            "array",
        ),
        (
            without("clientId"),
            "at /clientId: `clientId` is missing",
            "send the client id",
        ),
        (
            with_value("clientId", json!(1)),
            "at /clientId: `clientId` is a number",
            "string",
        ),
        (
            without("eventSchemaVer"),
            "at /eventSchemaVer: `eventSchemaVer` is missing",
            "1.9",
        ),
        (
            with_value("eventSchemaVer", json!("v1")),
            "`eventSchemaVer` is not a version",
            "1.9",
        ),
        (
            with_value("sentTs", json!("now")),
            "at /sentTs: `sentTs` is not a time",
            "2026-01-02",
        ),
        (
            "[".repeat(100_000),
            "more than 64 arrays and objects",
            "write a flat document",
        ),
        (
            "{\"a\": 1, \"a\": 2}".to_owned(),
            "the key `a` occurs twice",
            "remove one of them",
        ),
    ] {
        let answer = gateway.post(body.as_bytes());
        assert_eq!(answer.status, 400, "{}", answer.body);
        let (first, second) = answer.body.split_once('\n').unwrap();
        assert!(
            first.starts_with("error: ") && first.contains(wrong),
            "{first}"
        );
        assert!(
            second.starts_with("help: ") && second.contains(help),
            "{second}"
        );
    }
    assert!(collector.accepted().is_empty());
    assert_eq!(gateway.metric("answers_total{status=\"400\"}"), 12);
}

#[test]
fn invalid_events_do_not_stop_the_others() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let mut unknown = event();
    unknown["name"] = "no_event".into();
    let mut timeless = event();
    timeless["ts"] = "yesterday".into();
    let answer = gateway.send(&envelope(vec![
        with("count", "x"),
        event(),
        unknown,
        timeless,
    ]));
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({"accepted": 1, "invalid": 3, "first": {
            "rule": "WRONG_TYPE",
            "pointer": "/events/0/parameters/count",
            "wrong": "the value is a string, expected is a number",
        }})
    );
    assert_eq!(collector.records().len(), 1);
    assert_eq!(
        gateway.metric("violations_total{rule=\"UNKNOWN_EVENT\"}"),
        1
    );
    assert_eq!(
        gateway.metric("violations_total{rule=\"MALFORMED_EVENT\"}"),
        1
    );
    // Nothing is left for the collector.
    let answer = gateway.send(&envelope(vec![with("count", "x")]));
    assert_eq!(answer.status, 200);
    let answer = gateway.send(&envelope(vec![]));
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"accepted": 0, "invalid": 0}))
    );
    assert_eq!(collector.accepted().len(), 1);
}

#[test]
fn a_version_that_no_document_has_is_invalid() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let mut later = envelope(vec![event()]);
    later["eventSchemaVer"] = "9.0".into();
    assert_eq!(
        gateway.send(&later).json()["first"]["rule"],
        "UNKNOWN_VERSION"
    );
    let mut other = envelope(vec![event()]);
    other["clientId"] = "2".into();
    let first = &gateway.send(&other).json()["first"];
    assert_eq!(
        (&first["rule"], &first["pointer"]),
        (&json!("CLIENT_ID"), &json!("/clientId"))
    );
    assert!(collector.accepted().is_empty());
}

#[test]
fn other_requests_are_refused_with_what_to_send() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let body = envelope(vec![event()]).to_string();
    let ask = |method: &str, path: &str, headers: &[(&str, &str)]| {
        gateway.request(method, path, headers, body.as_bytes())
    };
    let answer = ask("GET", "/", &[]);
    assert_eq!(answer.status, 404);
    assert!(
        answer.body.contains("help: send envelopes with POST"),
        "{}",
        answer.body
    );
    let answer = ask("PUT", "/", &[]);
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    let answer = ask("POST", "/", &[("Content-Encoding", "br")]);
    assert_eq!(
        (answer.status, answer.header("accept-encoding")),
        (415, Some("gzip"))
    );
    let answer = ask("POST", "/", &[("Content-Type", "application/x-protobuf")]);
    assert_eq!(answer.status, 415);
    assert!(answer.body.contains("application/json"), "{}", answer.body);
    let answer = ask(
        "POST",
        "/",
        &[("Content-Type", "application/json; charset=utf-8")],
    );
    assert_eq!(answer.status, 200);
    let answer = gateway.request("GET", "/healthz", &[], b"");
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
}
