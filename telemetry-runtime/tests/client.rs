//! The client's promises, over a transport in memory and over HTTP to this machine.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::{
    ffi::OsString,
    sync::mpsc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use telemetry_runtime::{
    Client, ClientBuilder, DropReason, EventDescriptor, FieldVisitor, Flushed, NotRecorded,
    Product, Source, TelemetryEvent,
    transport::{MemoryTransport, Outcome, Request, Transport},
};

static TOOL: Product = Product::new("my-tool")
    .client_id("184482118588404")
    .version("1.2.3")
    .enable_variable("MY_TELEMETRY")
    .endpoint_variable("MY_ENDPOINT")
    .session_prefix("tool-")
    .default_on(true);

/// Only fails a test; nothing is measured with it.
const PATIENCE: Duration = Duration::from_secs(60);

struct Run(i64);

impl TelemetryEvent for Run {
    const EVENT_NAME: &'static str = "run";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new("run", "1.0", "", &[]);

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(",\"number\":", self.0);
    }
}

struct Newer<'a>(&'a str);

impl TelemetryEvent for Newer<'_> {
    const EVENT_NAME: &'static str = "newer";
    const SCHEMA_VERSION: &'static str = "1.1";
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new("newer", "1.1", "", &[]);

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.text(",\"text\":", self.0);
    }
}

/// A client in an empty environment.
fn builder() -> ClientBuilder {
    Client::builder(&TOOL).environment(|_| None)
}

fn texts(memory: &MemoryTransport) -> Vec<String> {
    let text = |body| String::from_utf8(body).unwrap();
    memory.bodies().into_iter().map(text).collect()
}

/// The numbers of the `run` events in a body, in order.
fn numbers(body: &str) -> Vec<i64> {
    let pieces = body.split("\"number\":").skip(1);
    pieces
        .map(|piece| piece.split('}').next().unwrap().parse().unwrap())
        .collect()
}

fn assert_conserved(client: &Client) {
    let health = client.health();
    let sum = health.delivered() + health.dropped() + health.held;
    assert_eq!(health.accepted(), sum, "{health:?}");
}

#[test]
fn dropping_the_owner_delivers() {
    let memory = MemoryTransport::new();
    let telemetry = builder()
        .transport(memory.clone())
        .exit_budget(PATIENCE)
        .build();
    telemetry.record(&Run(7));
    let client = telemetry.client();
    drop(telemetry);
    assert_eq!(numbers(&texts(&memory)[0]), [7]);
    assert_eq!((client.health().delivered(), client.health().held), (1, 0));
    assert_eq!(client.try_record(&Run(8)), Err(NotRecorded::ShutDown));
    assert_eq!(client.health().refused_for(NotRecorded::ShutDown), 1);
}

#[test]
fn flush_waits_for_the_outcome() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    for number in 0..3 {
        telemetry.record(&Run(number));
    }
    assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
    assert_eq!(numbers(&texts(&memory)[0]), [0, 1, 2]);
    assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
    assert_eq!(memory.bodies().len(), 1);
}

#[test]
fn a_full_batch_leaves_by_itself() {
    let memory = MemoryTransport::new();
    let telemetry = builder()
        .transport(memory.clone())
        .max_batch_events(4)
        .build();
    for number in 0..6 {
        telemetry.record(&Run(number));
    }
    assert!(memory.wait_for(1, PATIENCE));
    assert_eq!(numbers(&texts(&memory)[0]), [0, 1, 2, 3]);
}

#[test]
fn events_leave_after_the_flush_interval() {
    let memory = MemoryTransport::new();
    let interval = Duration::from_millis(1);
    let telemetry = builder()
        .transport(memory.clone())
        .flush_interval(interval)
        .build();
    for count in 1..=3 {
        telemetry.record(&Run(1));
        assert!(memory.wait_for(count, PATIENCE));
    }
}

#[test]
fn row_75_schema_versions_never_share_an_envelope() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).session_id("s1").build();
    telemetry.record(&Run(1));
    telemetry.record(&Newer("a \"quoted\" text"));
    telemetry.record(&Run(2));
    assert!(telemetry.flush(PATIENCE).is_complete());
    let bodies = texts(&memory);
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].contains("\"eventSchemaVer\":\"1.0\"") && numbers(&bodies[0]) == [1, 2]);
    assert!(bodies[1].contains("\"eventSchemaVer\":\"1.1\""));
    assert!(bodies[1].contains(r#""parameters":{"text":"a \"quoted\" text"},"name":"newer"}"#));
    assert!(
        bodies
            .iter()
            .all(|body| body.contains("\"sessionId\":\"tool-s1\""))
    );
}

#[test]
fn a_client_that_is_off_does_nothing() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).disabled().build();
    telemetry.record(&Run(1));
    telemetry.record_with(|| -> Run { panic!("the closure must not run") });
    assert_eq!(telemetry.try_record(&Run(1)), Err(NotRecorded::Off));
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    assert_eq!(telemetry.decision().source, Source::Program);
    assert!(memory.bodies().is_empty());
}

#[test]
fn refusals_win_and_are_named() {
    let with = |name: &'static str, value: &'static str| {
        let lookup = move |asked: &str| match asked {
            "MY_TELEMETRY" => Some(OsString::from("1")),
            _ => (asked == name).then(|| OsString::from(value)),
        };
        Client::builder(&TOOL)
            .environment(lookup)
            .transport(MemoryTransport::new())
            .build()
    };
    let telemetry = with("DO_NOT_TRACK", "yes");
    assert!(!telemetry.is_on());
    assert_eq!(
        telemetry.decision().to_string(),
        "off: DO_NOT_TRACK=yes is set"
    );
    assert!(with("CI", "true").is_on(), "an explicit yes outranks CI");
}

#[test]
fn a_configuration_that_cannot_work_is_off_and_says_why() {
    let sentence = |builder: ClientBuilder| {
        let decision = builder.build().decision();
        assert_eq!(
            (decision.on, decision.source),
            (false, Source::Misconfigured)
        );
        decision.sentence
    };
    assert_eq!(sentence(builder()), "off: no endpoint is configured");
    let secret = sentence(builder().endpoint("http://user:secret@a.example/?token=secret"));
    assert!(!secret.contains("secret"), "{secret}");
    assert!(builder().endpoint("").build().is_on());
    let by_variable =
        Client::builder(&TOOL).environment(|name| (name == "MY_ENDPOINT").then(|| "stdou".into()));
    let told = sentence(by_variable);
    assert!(
        told.starts_with("off: MY_ENDPOINT is set, but the endpoint is"),
        "{told}"
    );
}

#[test]
fn row_77_a_retry_sends_the_same_events_again_under_a_fresh_time() {
    let memory = MemoryTransport::new();
    memory.answer([Outcome::status(503)]);
    let telemetry = builder().transport(memory.clone()).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), Flushed::Incomplete);
    assert_eq!(
        (telemetry.health().held, telemetry.health().last_status),
        (1, Some(503))
    );
    let first = SystemTime::now();
    // The envelope tells milliseconds: let one pass.
    while first.elapsed().unwrap_or_default() < Duration::from_millis(2) {
        thread::yield_now();
    }
    telemetry.record(&Run(2));
    assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
    let bodies = texts(&memory);
    let sent: Vec<_> = bodies.iter().flat_map(|body| numbers(body)).collect();
    assert_eq!(sent, [1, 1, 2]);
    let field = |body: &str, name: &str| {
        let (_, rest) = body.split_once(&format!("\"{name}\":\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (first, second) = (&bodies[0], &bodies[1]);
    assert_eq!(field(first, "sessionId"), field(second, "sessionId"));
    assert!(field(first, "sentTs") < field(second, "sentTs"));
    let (_, events) = first.split_once("\"events\":[").unwrap();
    assert!(second.contains(events.trim_end_matches("]}")), "{second}");
    assert_conserved(&telemetry);
}

#[test]
fn too_large_a_batch_is_split_in_order() {
    let memory = MemoryTransport::new();
    memory.answer([Outcome::status(413), Outcome::status(413)]);
    let telemetry = builder().transport(memory.clone()).build();
    for number in 0..4 {
        telemetry.record(&Run(number));
    }
    assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
    let sent: Vec<_> = texts(&memory).iter().map(|body| numbers(body)).collect();
    assert_eq!(
        sent,
        [vec![0, 1, 2, 3], vec![0, 1], vec![0], vec![1], vec![2, 3]]
    );
    assert_eq!(telemetry.health().delivered(), 4);
}

#[test]
fn counters_conserve_whatever_the_collector_says() {
    let memory = MemoryTransport::new();
    let statuses = [500, 400, 200, 413, 403, 302, 429, 400, 400];
    memory.answer(statuses.map(Outcome::status));
    let telemetry = builder()
        .transport(memory.clone())
        .max_batch_events(5)
        .queue_bytes(4096)
        .max_event_bytes(512)
        .build();
    telemetry.record(&Newer(&"x".repeat(600)));
    for number in 0..200 {
        telemetry.record(&Run(number));
        assert_conserved(&telemetry);
    }
    let _ = telemetry.flush(PATIENCE);
    assert_conserved(&telemetry);
    let _ = telemetry.shutdown(PATIENCE);
    let health = telemetry.health();
    assert_eq!(
        (health.held, health.refused_for(NotRecorded::TooLarge)),
        (0, 1)
    );
    assert_eq!(health.accepted() + health.refused(), 201);
    assert_conserved(&telemetry);
}

/// Answers only when told to.
struct Stuck {
    entered: mpsc::Sender<()>,
    release: mpsc::Receiver<()>,
}

impl Transport for Stuck {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let _ = self.entered.send(());
        let _ = self.release.recv();
        Outcome::delivered()
    }
}

#[test]
fn row_39_nobody_waits_for_a_stuck_transport_beyond_the_deadline() {
    let (entered, in_send) = mpsc::channel();
    let (let_go, release) = mpsc::channel();
    let telemetry = builder().transport(Stuck { entered, release }).build();
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(Duration::ZERO), Flushed::DeadlinePassed);
    in_send.recv().unwrap();
    telemetry.record(&Run(2));
    assert_eq!(
        telemetry.flush(Duration::from_millis(1)),
        Flushed::DeadlinePassed
    );
    assert_eq!(
        telemetry.shutdown(Duration::from_millis(1)),
        Flushed::DeadlinePassed
    );
    assert_eq!(telemetry.health().held, 2);
    let_go.send(()).unwrap();
    // A second shutdown waits for the first one's end.
    assert_eq!(telemetry.shutdown(PATIENCE), Flushed::Incomplete);
    let health = telemetry.health();
    assert_eq!(
        (health.delivered(), health.dropped_for(DropReason::Shutdown)),
        (1, 1)
    );
}

/// Calls back into its client.
struct Meddling(
    mpsc::Receiver<Client>,
    mpsc::Sender<(Result<(), NotRecorded>, Flushed, Flushed)>,
);

impl Transport for Meddling {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let client = self.0.recv().unwrap();
        let recorded = client.try_record(&Run(0));
        let _ = self
            .1
            .send((recorded, client.flush(PATIENCE), client.shutdown(PATIENCE)));
        Outcome::delivered()
    }
}

#[test]
fn row_78_a_transport_can_call_its_client_without_deadlock() {
    let (give, clients) = mpsc::channel();
    let (results, get) = mpsc::channel();
    let telemetry = builder().transport(Meddling(clients, results)).build();
    give.send(telemetry.client()).unwrap();
    telemetry.record(&Run(1));
    assert!(telemetry.flush(PATIENCE).is_complete());
    let (recorded, flushed, shut_down) = get.recv().unwrap();
    assert_eq!(recorded, Err(NotRecorded::Reentrant));
    assert_eq!(
        (flushed, shut_down),
        (Flushed::Incomplete, Flushed::Incomplete)
    );
    assert!(telemetry.shutdown(PATIENCE).is_complete());
}

/// Panics as often as told, then delivers.
struct Panicking(u32);

impl Transport for Panicking {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        self.0 = self.0.saturating_sub(1);
        // Without the panic hook: a test should not shout.
        if self.0 > 0 {
            std::panic::resume_unwind(Box::new("scripted"));
        }
        Outcome::delivered()
    }
}

#[test]
fn row_50_a_panicking_transport_costs_one_batch() {
    let telemetry = builder()
        .transport(Panicking(3))
        .max_batch_events(2)
        .build();
    for number in 0..4 {
        telemetry.record(&Run(number));
    }
    while !telemetry.flush(PATIENCE).is_complete() {}
    let health = telemetry.health();
    assert_eq!(
        (
            health.delivered(),
            health.dropped_for(DropReason::Quarantined)
        ),
        (2, 2)
    );
}

#[test]
fn row_38_shutdown_from_many_threads_returns_everywhere() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    telemetry.record(&Run(1));
    thread::scope(|scope| {
        for _ in 0..16 {
            let client = telemetry.client();
            scope.spawn(move || assert!(client.shutdown(PATIENCE).is_complete()));
        }
    });
    assert_eq!(memory.bodies().len(), 1);
}

#[test]
fn an_event_may_record_another_while_it_is_encoded() {
    struct Nested(Client);
    impl TelemetryEvent for Nested {
        const EVENT_NAME: &'static str = "nested";
        const SCHEMA_VERSION: &'static str = "1.0";
        const DESCRIPTOR: &'static EventDescriptor =
            &EventDescriptor::new("nested", "1.0", "", &[]);
        fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
            self.0.record(&Run(1));
            visitor.integer(",\"number\":", 2);
        }
    }
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    // The first event of a thread is encoded again once its buffer has grown.
    telemetry.record(&Run(0));
    telemetry.record(&Nested(telemetry.client()));
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(numbers(&texts(&memory)[0]), [0, 1, 2]);
}

#[cfg(feature = "http")]
mod http {
    use std::{
        io::{BufRead, BufReader, Read, Write},
        net::{TcpListener, TcpStream},
    };

    use telemetry_runtime::transport::FailureKind;

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

    /// Serves `answers`, one per request, whatever connection it comes on.
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

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    const UNAVAILABLE: &str = "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n";

    #[test]
    fn a_request_carries_the_envelope_and_names_no_client() {
        let (url, seen) = serve(&[OK]);
        let telemetry = builder().endpoint(url).build();
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
        let telemetry = builder().endpoint(url).build();
        telemetry.record(&Run(1));
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Incomplete);
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
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
        let telemetry = builder().endpoint(url).build();
        telemetry.record(&Run(1));
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Incomplete);
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Incomplete);
        assert_eq!(telemetry.shutdown(PATIENCE), Flushed::Incomplete);
        assert_eq!(seen.try_iter().count(), 1);
    }

    #[test]
    fn redirects_are_not_followed() {
        let moved = "HTTP/1.1 307 Moved\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
        let (url, seen) = serve(&[moved, OK]);
        let telemetry = builder().endpoint(url).build();
        telemetry.record(&Run(1));
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Incomplete);
        assert_eq!(
            (telemetry.health().held, telemetry.health().last_status),
            (1, Some(307))
        );
        assert_eq!(seen.try_iter().count(), 1);
    }

    #[test]
    fn a_closed_connection_between_batches_sends_once() {
        let closing = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let (url, seen) = serve(&[closing, closing, OK]);
        let telemetry = builder().endpoint(url).build();
        for number in 0..3 {
            telemetry.record(&Run(number));
            assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
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
        let telemetry = builder().endpoint(url).build();
        telemetry.record(&Run(1));
        assert!(telemetry.flush(PATIENCE).is_complete());
        assert_eq!(seen.try_iter().count(), 1);
        assert_eq!(telemetry.health().dropped_for(DropReason::Ambiguous), 1);
    }

    #[test]
    fn a_refused_connection_loses_nothing() {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let telemetry = builder()
            .endpoint(format!("http://127.0.0.1:{port}/"))
            .build();
        telemetry.record(&Run(1));
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Incomplete);
        let health = telemetry.health();
        assert_eq!((health.held, health.dropped()), (1, 0));
        assert!(health.last_failure.is_some());
    }

    #[test]
    fn an_endpoint_that_speaks_no_tls_gets_nothing_and_loses_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}/", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.write_all(b"HTTP/1.1 400 Plain\r\n\r\n");
            let mut seen = Vec::new();
            let _ = stream.read_to_end(&mut seen);
            seen
        });
        let telemetry = builder().endpoint(url).build();
        telemetry.record(&Run(1));
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Incomplete);
        let health = telemetry.health();
        assert_eq!((health.held, health.dropped()), (1, 0));
        assert_eq!(
            health.last_failure.map(|failure| failure.kind),
            Some(FailureKind::Tls)
        );
        let seen = server.join().unwrap();
        assert!(!String::from_utf8_lossy(&seen).contains("number"));
    }

    #[test]
    fn a_silent_collector_holds_the_drop_up_to_its_budget_only() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", silent.local_addr().unwrap());
        let telemetry = builder()
            .endpoint(url)
            .exit_budget(Duration::from_millis(50))
            .build();
        let client = telemetry.client();
        telemetry.record(&Run(1));
        // Returns at all: the collector never answers.
        drop(telemetry);
        let _ = client.shutdown(PATIENCE);
        assert_eq!(client.health().dropped(), 1);
        drop(silent);
    }
}
