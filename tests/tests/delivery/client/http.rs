//! Delivery over HTTP to a server on loopback.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
};

use telemetry_runtime::{Policy, transport::FailureKind};

use super::*;

/// One request as the server saw it.
struct Seen {
    head: String,
    body: String,
}

/// Reads one request; `None` at the end of the connection.
fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.to_ascii_lowercase();
    let length = length
        .split("content-length: ")
        .nth(1)?
        .lines()
        .next()?
        .parse()
        .ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen {
        head,
        body: String::from_utf8(body).ok()?,
    })
}

/// Serves `answers`, one per request, on any connection.
fn serve(answers: &[&'static str]) -> (String, mpsc::Receiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/V1/Events", listener.local_addr().unwrap());
    let (send, seen) = mpsc::channel();
    let answers = answers.to_vec();
    thread::spawn(move || {
        let mut answers = answers.into_iter();
        for stream in listener.incoming().map_while(Result::ok) {
            let mut writer = stream.try_clone().unwrap();
            let mut reader = BufReader::new(stream);
            while let Some(request) = read_request(&mut reader) {
                let _ = send.send(request);
                let Some(answer) = answers.next() else { return };
                let _ = writer.write_all(answer.as_bytes());
                if answer.contains("close") || answer.is_empty() {
                    break;
                }
            }
        }
    });
    (url, seen)
}

/// A client that waits for the server even on a slow machine.
fn builder_for(url: String) -> ClientBuilder {
    let patient = Policy::new().request_timeout(PATIENCE);
    builder().policy(patient).endpoint(url)
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
const UNAVAILABLE: &str = "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n";

#[test]
fn a_request_carries_the_envelope_and_names_no_client() {
    let (url, seen) = serve(&[OK]);
    let telemetry = builder_for(url).build();
    telemetry.record(&Run(5));
    assert!(telemetry.flush(PATIENCE).is_complete());
    let Seen { head, body } = seen.recv().unwrap();
    assert!(head.starts_with("POST /V1/Events HTTP/1.1\r\n"), "{head}");
    let mut names: Vec<_> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    names.sort();
    assert_eq!(names, ["accept", "content-length", "content-type", "host"]);
    assert_eq!(numbers(&body), [5]);
}

#[test]
fn an_unavailable_collector_gets_the_events_later() {
    let (url, seen) = serve(&[UNAVAILABLE, OK]);
    let telemetry = builder_for(url).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let bodies: Vec<_> = seen
        .iter()
        .take(2)
        .map(|seen| numbers(&seen.body))
        .collect();
    assert_eq!(bodies, [[1], [1]]);
}

#[test]
fn retry_after_is_honoured() {
    let busy = "HTTP/1.1 429 Slow\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n";
    let (url, seen) = serve(&[busy, OK]);
    let telemetry = builder_for(url).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Incomplete);
    assert_eq!(seen.try_iter().count(), 1);
}

#[test]
fn redirects_are_not_followed() {
    let moved = "HTTP/1.1 307 Moved\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
    let (url, seen) = serve(&[moved, OK]);
    let telemetry = builder_for(url).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    assert_eq!(
        (telemetry.health().held(), telemetry.health().last_status()),
        (1, Some(307))
    );
    assert_eq!(seen.try_iter().count(), 1);
}

#[test]
fn a_closed_connection_between_batches_sends_once() {
    let closing = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let (url, seen) = serve(&[closing, closing, OK]);
    let telemetry = builder_for(url).build();
    for number in 0..3 {
        telemetry.record(&Run(number));
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    }
    let bodies: Vec<_> = seen
        .iter()
        .take(3)
        .map(|seen| numbers(&seen.body))
        .collect();
    assert_eq!(bodies, [[0], [1], [2]]);
    assert_eq!(telemetry.health().delivered(), 3);
}

#[test]
fn no_answer_is_ambiguous_and_dropped_by_default() {
    let (url, seen) = serve(&[""]);
    let telemetry = builder_for(url).build();
    telemetry.record(&Run(1));
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(seen.try_iter().count(), 1);
    assert_eq!(telemetry.health().dropped_for(DropReason::Ambiguous), 1);
}

#[test]
fn a_refused_connection_loses_nothing() {
    let unreachable = telemetry_runtime::testing::UnreachableEndpoint::refusing().unwrap();
    let telemetry = builder_for(unreachable.url()).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    let health = telemetry.health();
    assert_eq!((health.held(), health.dropped()), (1, 0));
    assert!(health.last_failure().is_some());
}

#[test]
fn an_endpoint_without_tls_gets_nothing_and_loses_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let (send, seen) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.write_all(b"HTTP/1.1 400 Plain\r\n\r\n");
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes);
            let _ = send.send(bytes);
        }
    });
    let telemetry = builder_for(url).build();
    telemetry.record(&Run(1));
    loop {
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
        let health = telemetry.health();
        assert_eq!((health.held(), health.dropped()), (1, 0));
        let bytes = seen.recv().unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("number"));
        match health.last_failure().map(|failure| failure.kind()) {
            // A handshake may take 1.5 s, and a busy machine may not answer it in time.
            Some(FailureKind::Timeout) => {}
            kind => return assert_eq!(kind, Some(FailureKind::Tls)),
        }
    }
}

#[test]
fn a_silent_collector_holds_the_drop_up_to_its_budget_only() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let telemetry = builder_for(url)
        .exit_budget(Duration::from_millis(50))
        .build();
    let client = telemetry.client();
    telemetry.record(&Run(1));
    // The drop must return although the collector never answers.
    drop(telemetry);
    let _ = client.shutdown(PATIENCE);
    assert_eq!(client.health().dropped(), 1);
    drop(silent);
}
