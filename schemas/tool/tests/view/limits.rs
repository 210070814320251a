//! Limits: what a view refuses, and what it keeps.

use std::{
    io::{Read, Write},
    net::Shutdown,
};

use serde_json::{Value, json};

use crate::client::{View, envelope, event, with};

#[test]
fn a_body_above_the_limit_is_refused() {
    let view = View::start(&[]);
    let long = vec![b' '; 8 * 1024 * 1024 + 1];
    let mut stream = view.connect();
    let head = format!(
        "POST {}ingest HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        view.root,
        view.host()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // In chunks, so that the length is not known before.
    for part in long.chunks(1024 * 1024) {
        let sent = write!(stream, "{:x}\r\n", part.len())
            .and_then(|()| stream.write_all(part))
            .and_then(|()| stream.write_all(b"\r\n"));
        if sent.is_err() {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    // The connection may be reset before the answer was read; the view has counted it.
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413"),
        "{answer}"
    );
    let found = view.get_json("events");
    assert_eq!(found["totals"]["unreadable"], 1);
    assert_eq!(
        found["events"][0]["first"],
        "the body has more than 8388608 bytes"
    );
    assert_eq!(view.send(&envelope(vec![event()])), 200);
}

#[test]
fn a_body_that_is_not_an_envelope_is_answered_with_its_mistake() {
    let view = View::start(&[]);
    let answer = |body: &[u8]| {
        let answer = view.request("POST", "ingest", &[], body);
        assert_eq!(answer.status, 400, "{}", answer.body);
        answer.body
    };
    assert_eq!(
        answer(b"{\"events\": ["),
        "line 1, column 13: the text ends here\n"
    );
    assert!(
        answer(b"").starts_with("line 1, column 1"),
        "{}",
        answer(b"")
    );
    assert!(answer(b"[1]").contains("an array, not an envelope"));
    assert!(answer(b"{\"name\": \"run_event\"}").contains("the list `events` is missing"));
    assert!(answer(&vec![b'['; 100_000]).contains("column"));
    let zipped = view.request(
        "POST",
        "ingest",
        &[("Content-Encoding", "gzip")],
        b"\x1f\x8b",
    );
    assert_eq!(zipped.status, 415);
    let found = view.get_json("events");
    assert_eq!(found["totals"]["events"], 0);
    assert_eq!(found["totals"]["unreadable"], found["totals"]["invalid"]);
    assert_eq!(found["events"][0]["verdict"], "invalid");
}

#[test]
fn the_last_500_events_are_in_memory() {
    let view = View::start(&[]);
    for _ in 0..3 {
        assert_eq!(view.send(&envelope(vec![event(); 400])), 200);
    }
    let found = view.get_json("events");
    assert_eq!(found["totals"]["events"], 1200);
    assert_eq!(found["totals"]["held"], 500);
    let events = found["events"].as_array().unwrap();
    assert_eq!(
        (&events[0]["id"], &events[499]["id"]),
        (&1200.into(), &701.into())
    );
    assert_eq!(view.get("events/700").status, 404);
    assert_eq!(view.get("events/701").status, 200);
    let coverage = view.get_json("coverage");
    assert_eq!(coverage["coverage"][0]["events"], 1200);
}

#[test]
fn the_memory_of_large_events_is_limited() {
    let view = View::start(&[]);
    let large = with("status", "x".repeat(7 * 1024 * 1024));
    for _ in 0..6 {
        assert_eq!(view.send(&envelope(vec![large.clone()])), 200);
    }
    // 32 MiB have place for four.
    assert_eq!(view.get_json("events")["totals"]["held"], 4);
}

#[test]
fn a_name_of_any_length_is_shortened_in_lists() {
    let view = View::start(&[]);
    let mut long = event();
    long["name"] = "n".repeat(100_000).into();
    assert_eq!(
        view.send(&envelope(vec![
            long,
            json!(7),
            json!({"name": 1}),
            Value::Null
        ])),
        200
    );
    let answer = view.request("GET", "events", &[("Accept", "application/json")], b"");
    assert!(answer.body.len() < 5000, "{}", answer.body.len());
    assert_eq!(answer.json()["totals"]["invalid"], 4);
    for id in 1..=4 {
        assert_eq!(view.get_json(&format!("events/{id}"))["id"], id);
    }
}

#[test]
fn without_a_document_events_are_shown_but_not_checked() {
    let view = View::with(&[]);
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    let found = view.get_json("events");
    assert_eq!(found["events"][0]["verdict"], "unchecked");
    assert_eq!(found["totals"]["coverage"], Value::Null);
    let detail = view.get_json("events/1");
    assert_eq!(detail["rows"][0]["field"], "status");
    assert_eq!(detail["rows"][0]["state"], "set");
}
