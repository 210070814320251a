//! The end of a gateway: a signal that it handles, and one that it cannot.

use std::{
    collections::BTreeSet,
    fs,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use serde_json::{Value, json};

use crate::{
    collector::{Collector, Plan},
    gateway::{Answer, Gateway, envelope, event, fresh, read, send, with},
};

const ROUNDS: usize = 20;

#[test]
fn sigterm_waits_for_the_answers_that_are_due() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let idle = gateway.connect();
    collector.plan(Plan::Wait);
    let mut stream = gateway.connect();
    let body = envelope(vec![event()]).to_string();
    send(&mut stream, "POST", "/", &[], body.as_bytes());
    collector.until_requests(1);
    gateway.signal("-TERM");
    // New connections are refused as soon as the signal has arrived.
    while TcpStream::connect(("127.0.0.1", gateway.port)).is_ok() {}
    collector.plan(Plan::accept());
    assert_eq!(read(&mut stream).status, 200);
    let (code, out, err) = gateway.wait();
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(
        out,
        "gateway: 1 events received, 1 forwarded, 0 invalid, 0 in the dead letter file\n"
    );
    assert_eq!(collector.records().len(), 1);
    drop(idle);
}

#[test]
#[cfg(feature = "slow")]
fn sigterm_ends_in_time_with_a_slow_client() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    // A body that is not complete: it would take 10 seconds; then a head: it would take 30.
    let mut stream = gateway.connect();
    std::io::Write::write_all(&mut stream, b"POST / HTTP/1.1\r\nHost: x\r\n").unwrap();
    assert_eq!(gateway.metric("connections"), 2);
    let (code, _, err) = gateway.end();
    assert_eq!(code, Some(1));
    assert_eq!(err, "finding: a request had no answer before the end\n");
}

/// The acknowledged ids, and the number of requests.
struct Ledger {
    acknowledged: BTreeSet<String>,
    sent: usize,
}

/// Clients send until the gateway has ended by a signal, which comes after `after` answers.
fn round(
    collector: &Collector,
    dead_letter: &str,
    name: &str,
    signal: &str,
    after: usize,
) -> Ledger {
    let gateway = Gateway::start(
        collector,
        &["--dead-letter", dead_letter, "--dead-letter-payloads"],
    );
    let port = gateway.port;
    let (answered, answers) = mpsc::channel();
    let ended = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..4)
        .map(|client| {
            let (answered, ended, name) = (answered.clone(), Arc::clone(&ended), name.to_owned());
            thread::spawn(move || {
                let mut acknowledged = Vec::new();
                for number in 0.. {
                    if ended.load(Ordering::Relaxed) {
                        return (acknowledged, number);
                    }
                    let id = format!("{name}-{client}-{number}");
                    if acknowledges(port, &id) {
                        acknowledged.push(id);
                        let _ = answered.send(());
                    }
                }
                unreachable!()
            })
        })
        .collect();
    for _ in 0..after {
        answers.recv().unwrap();
    }
    gateway.signal(signal);
    let (code, _, _) = gateway.wait();
    assert_eq!(code, (signal == "-TERM").then_some(0));
    ended.store(true, Ordering::Relaxed);
    let mut ledger = Ledger {
        acknowledged: BTreeSet::new(),
        sent: 0,
    };
    for client in clients {
        let (acknowledged, sent) = client.join().unwrap();
        ledger.acknowledged.extend(acknowledged);
        ledger.sent += sent;
    }
    ledger
}

/// Sends a valid and an invalid event with an id. Whether the answer is 200.
fn acknowledges(port: u16, id: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let mut invalid = with("title", id);
    invalid["parameters"]["count"] = json!("x");
    let body = envelope(vec![with("title", id), invalid]).to_string();
    let mut bytes = Vec::new();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let _ = std::io::Write::write_all(&mut stream, request.as_bytes());
    let _ = std::io::Read::read_to_end(&mut stream, &mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    text.contains("\r\n\r\n") && Answer::parse(&text).status == 200
}

fn title(parameters: &Value) -> String {
    parameters["title"].as_str().unwrap().to_owned()
}

fn rounds(signal: &str) {
    let mut acknowledged = 0;
    for number in 0..ROUNDS {
        let collector = Collector::start();
        let path = fresh(&format!("ledger{signal}-{number}.ndjson"));
        let ledger = round(
            &collector,
            path.to_str().unwrap(),
            &format!("round-{number}"),
            signal,
            3 + number * 2,
        );
        acknowledged += ledger.acknowledged.len();
        let forwarded: BTreeSet<String> = collector
            .records()
            .iter()
            .map(|record| {
                let attributes = record["attributes"].as_array().unwrap();
                let found = attributes.iter().find(|it| it["key"] == "title").unwrap();
                found["value"]["stringValue"].as_str().unwrap().to_owned()
            })
            .collect();
        // A gateway that starts again removes a line that the end has cut.
        let again = Gateway::start(&collector, &["--dead-letter", path.to_str().unwrap()]);
        let kept: BTreeSet<String> = fs::read_to_string(&path)
            .unwrap()
            .lines()
            .map(|line| {
                title(&serde_json::from_str::<Value>(line).unwrap()["payload"]["parameters"])
            })
            .collect();
        drop(again);
        let lost: Vec<_> = ledger.acknowledged.difference(&forwarded).collect();
        assert!(
            lost.is_empty(),
            "acknowledged, but not accepted by the collector: {lost:?}"
        );
        let lost: Vec<_> = ledger.acknowledged.difference(&kept).collect();
        assert!(
            lost.is_empty(),
            "acknowledged, but not in the dead letter file: {lost:?}"
        );
        assert!(ledger.sent >= ledger.acknowledged.len());
    }
    assert!(acknowledged >= ROUNDS * 20, "{acknowledged}");
}

#[test]
fn nothing_acknowledged_is_lost_when_it_is_killed() {
    rounds("-KILL");
}

#[test]
fn nothing_acknowledged_is_lost_when_it_is_ended() {
    rounds("-TERM");
}
