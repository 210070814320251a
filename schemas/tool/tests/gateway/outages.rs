//! A collector that is dead, slow, or refuses.

use std::net::TcpListener;

use crate::{
    collector::{Collector, Plan},
    gateway::{Gateway, envelope, event},
};

#[test]
fn a_dead_collector_is_answered_with_503() {
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let gateway = Gateway::forward(&format!("http://127.0.0.1:{port}/v1/logs"), &[]);
    let answer = gateway.send(&envelope(vec![event()]));
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (503, Some("5"))
    );
    assert!(
        answer.body.contains("the collector does not answer"),
        "{}",
        answer.body
    );
    assert_eq!(gateway.metric("forwards_total{end=\"failed\"}"), 1);
    assert_eq!(gateway.metric("events_forwarded_total"), 0);
    // Health is that of the gateway: other copies would have the same collector.
    assert_eq!(gateway.request("GET", "/healthz", &[], b"").status, 200);
    let (code, _, err) = gateway.end();
    assert_eq!(code, Some(0));
    assert_eq!(err, "notice: the collector cannot be reached\n");
}

#[test]
fn answers_of_the_collector_become_503_with_its_retry_after() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    for (status, header, expected) in [
        ("503 Service Unavailable", "Retry-After: 17\r\n", "17"),
        ("429 Too Many Requests", "Retry-After: 99999\r\n", "300"),
        ("502 Bad Gateway", "", "5"),
        (
            "503 Service Unavailable",
            "Retry-After: Fri, 01 Jan 2027 00:00:00 GMT\r\n",
            "5",
        ),
        ("400 Bad Request", "", "5"),
        ("404 Not Found", "", "5"),
        (
            "301 Moved Permanently",
            "Location: http://127.0.0.1:9/\r\n",
            "5",
        ),
    ] {
        collector.plan(Plan::Answer(status, header.to_owned(), String::new()));
        let answer = gateway.send(&envelope(vec![event()]));
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (503, Some(expected)),
            "{status}"
        );
    }
    assert!(collector.accepted().is_empty());
    for status in ["200 OK", "201 Created", "202 Accepted", "204 No Content"] {
        collector.plan(Plan::Answer(status, String::new(), String::new()));
        assert_eq!(
            gateway.send(&envelope(vec![event()])).status,
            200,
            "{status}"
        );
    }
    assert_eq!(gateway.metric("forwards_total{end=\"busy\"}"), 4);
    assert_eq!(gateway.metric("forwards_total{end=\"refused\"}"), 3);
    let (_, _, err) = gateway.end();
    // Only changes are reported.
    assert_eq!(
        err,
        "notice: the collector is busy: status 503\n\
         notice: the collector refuses events: status 400; check the address of --forward\n\
         notice: the collector accepts events again\n"
    );
}

#[test]
fn an_answer_that_cannot_be_read_is_accepted() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let long = format!(
        "{{\"partialSuccess\": {{\"rejectedLogRecords\": \"1\"}}, \"x\": \"{}\"}}",
        "x".repeat(100_000)
    );
    for text in [
        "",
        "null",
        "[]",
        "{\"partialSuccess\": 7}",
        "{\"partialSuccess\": {\"rejectedLogRecords\": -1}}",
        &long,
    ] {
        collector.plan(Plan::Answer("200 OK", String::new(), text.to_owned()));
        let answer = gateway.send(&envelope(vec![event()]));
        assert_eq!(
            answer.json(),
            serde_json::json!({"accepted": 1, "invalid": 0}),
            "{text:.60}"
        );
    }
}

#[test]
#[cfg(feature = "slow")]
fn a_slow_collector_is_answered_with_503() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    collector.plan(Plan::Wait);
    // More requests than places to the collector: those without a place also have an answer.
    let gateway = std::sync::Arc::new(gateway);
    let clients: Vec<_> = (0..80)
        .map(|_| {
            let gateway = std::sync::Arc::clone(&gateway);
            std::thread::spawn(move || gateway.send(&envelope(vec![event()])))
        })
        .collect();
    for client in clients {
        let answer = client.join().unwrap();
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (503, Some("5"))
        );
    }
    assert_eq!(gateway.metric("forwards_total{end=\"late\"}"), 80);
    assert_eq!(gateway.metric("held_bytes"), 0);
    collector.plan(Plan::accept());
    assert_eq!(gateway.send(&envelope(vec![event()])).status, 200);
}
