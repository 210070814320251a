//! Limits: what a gateway refuses, and what it survives.

use std::io::{Read, Write};

use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use crate::{
    collector::Collector,
    gateway::{Gateway, envelope, event, read},
};

const LIMIT: usize = 1024 * 1024;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_body_above_the_limit_is_refused_before_it_is_sent() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let mut stream = gateway.connect();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
        LIMIT + 1
    );
    stream.write_all(head.as_bytes()).unwrap();
    let answer = read(&mut stream);
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("1048576 bytes"), "{}", answer.body);
    // An envelope of exactly the limit is accepted.
    let mut body = envelope(vec![event()]).to_string();
    body.extend(std::iter::repeat_n(' ', LIMIT - body.len()));
    assert_eq!(gateway.post(body.as_bytes()).status, 200);
}

#[test]
fn a_chunked_body_above_the_limit_is_refused() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let mut stream = gateway.connect();
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        .unwrap();
    let chunk = vec![b' '; 64 * 1024];
    // A huge body: the gateway ends the connection long before its end.
    let sent = (0..10_000).position(|_| {
        let sent = write!(stream, "{:x}\r\n", chunk.len())
            .and_then(|()| stream.write_all(&chunk))
            .and_then(|()| stream.write_all(b"\r\n"));
        sent.is_err()
    });
    assert!(sent.is_some(), "the gateway reads without an end");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    // The connection may be reset before the answer was read; the gateway has counted it.
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413"),
        "{answer}"
    );
    assert_eq!(gateway.metric("answers_total{status=\"413\"}"), 1);
    assert_eq!(gateway.metric("held_bytes"), 0);
}

#[test]
fn gzip_is_accepted_and_bombs_are_not() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let post = |body: &[u8]| gateway.request("POST", "/", &[("Content-Encoding", "gzip")], body);
    let body = envelope(vec![event(); 50]).to_string();
    let answer = post(&gzip(body.as_bytes()));
    assert_eq!(answer.json(), json!({"accepted": 50, "invalid": 0}));
    // Two members are one body.
    let (one, other) = body.as_bytes().split_at(body.len() / 2);
    let answer = post(&[gzip(one), gzip(other)].concat());
    assert_eq!(answer.json(), json!({"accepted": 50, "invalid": 0}));

    // 1 GiB in a body of 1 MiB.
    let block = vec![0; LIMIT];
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    while encoder.get_ref().len() < LIMIT - 16 * 1024 {
        encoder.write_all(&block).unwrap();
    }
    let mut bomb = encoder.finish().unwrap();
    bomb.truncate(LIMIT);
    for _ in 0..20 {
        let answer = post(&bomb);
        assert_eq!(answer.status, 413, "{}", answer.body);
        assert!(
            answer.body.contains("when it is inflated"),
            "{}",
            answer.body
        );
    }
    for wrong in [
        b"".as_slice(),
        b"\x1f\x8b",
        b"{}",
        &gzip(body.as_bytes())[..100],
    ] {
        let answer = post(wrong);
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(answer.body.contains("not gzip"), "{}", answer.body);
    }
    assert_eq!(gateway.metric("held_bytes"), 0);
}

#[test]
fn values_and_events_are_limited() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let answer = gateway.send(&envelope(vec![json!({}); 4097]));
    assert_eq!(answer.status, 413);
    assert!(
        answer.body.contains("more than 4096 events"),
        "{}",
        answer.body
    );
    let answer = gateway.send(&envelope(vec![json!(vec![0; 70_000])]));
    assert_eq!(answer.status, 413);
    assert!(
        answer.body.contains("more than 65536 values"),
        "{}",
        answer.body
    );
    assert_eq!(gateway.send(&envelope(vec![event(); 1000])).status, 200);
}

#[test]
fn a_long_head_is_refused() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let long = "x".repeat(10_000);
    let answer = gateway.request("GET", "/healthz", &[("X-Long", &long)], b"");
    assert_eq!(answer.status, 431);
    assert_eq!(gateway.request("GET", "/healthz", &[], b"").status, 200);
}

#[test]
#[cfg(feature = "slow")]
fn slow_clients_are_ended_and_do_not_stop_others() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let slow = |text: &str| {
        let mut stream = gateway.connect();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    };
    let heads: Vec<_> = (0..100)
        .map(|_| slow("POST / HTTP/1.1\r\nHost: x\r\n"))
        .collect();
    let silent: Vec<_> = (0..100).map(|_| slow("")).collect();
    let part = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{\"clientId\"";
    let bodies: Vec<_> = (0..100).map(|_| slow(part)).collect();
    assert_eq!(gateway.send(&envelope(vec![event()])).status, 200);
    for mut stream in bodies {
        let answer = read(&mut stream);
        assert_eq!(answer.status, 408);
        assert!(
            answer.body.contains("did not arrive in 30 seconds"),
            "{}",
            answer.body
        );
    }
    assert_eq!(gateway.metric("held_bytes"), 0);
    for mut stream in heads.into_iter().chain(silent) {
        let mut rest = Vec::new();
        // The end of the connection, with or without an answer.
        let _ = stream.read_to_end(&mut rest);
        assert!(
            rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"),
            "{rest:?}"
        );
    }
    assert_eq!(gateway.send(&envelope(vec![event()])).status, 200);
    // The connection that asks is the only one.
    assert_eq!(gateway.metric("connections"), 1);
}
