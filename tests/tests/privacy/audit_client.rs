//! A client with an audit log: the lines hold the values of the wire, and are written first.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::Value;
use telemetry_runtime::{
    AuditLog, Client, Product, TelemetryEvent,
    audit::AuditFormat,
    envelope::EventKeyOrder,
    health::FlushOutcome,
    transport::{NullTransport, Outcome, Request, Transport},
};
use telemetry_tests::scratch::Scratch;

static TOOL: Product = Product::new("tool").default_on(true);
static PARAMETERS: Product = Product::new("tool")
    .audit_format(AuditFormat::Parameters)
    .default_on(true);
static NAME_FIRST: Product = Product::new("tool")
    .event_key_order(EventKeyOrder::NameFirst)
    .default_on(true);

/// Only fails a test; nothing is measured with it.
const PATIENCE: Duration = Duration::from_secs(60);

/// One run; its field names would confuse code that cuts it out of the envelope.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// A number.
    number: i64,
    /// Text that looks like the end of an event.
    #[event(free_text = "test")]
    parameters: String,
    /// The name of something else.
    #[event(free_text = "test")]
    name: String,
}

fn run(number: i64) -> Run {
    let confusing = r#"x"},"name":"y","parameters":{"é": 1}"#;
    Run::builder()
        .number(number)
        .parameters(confusing)
        .name(confusing)
        .build()
}

/// Keeps each body, and what the log held when it was sent.
struct Witness {
    log: PathBuf,
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Transport for Witness {
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        let logged = fs::read_to_string(&self.log).unwrap_or_default();
        self.seen.lock().unwrap().push((body, logged));
        Outcome::delivered()
    }
}

/// Sends ten events; returns the bodies with what the log held when each was sent.
fn send(product: &'static Product, path: &Path, log: &Arc<AuditLog>) -> Vec<(String, String)> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let witness = Witness {
        log: path.to_owned(),
        seen: Arc::clone(&seen),
    };
    let telemetry = Client::builder(product)
        .env(|_| None)
        .transport(witness)
        .max_batch_events(4)
        .audit(Arc::clone(log))
        .build();
    for number in 0..10 {
        telemetry.record(&run(number));
    }
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    drop(telemetry);
    seen.lock().unwrap().clone()
}

/// The events of a body, each with its schema version as in the log.
fn events(body: &str) -> Vec<Value> {
    let mut body: Value = serde_json::from_str(body).unwrap();
    let version = body["eventSchemaVer"].take();
    let mut events = body["events"].as_array().unwrap().clone();
    for event in &mut events {
        event["eventSchemaVer"] = version.clone();
    }
    events
}

#[test]
fn c18_row_74_every_event_is_logged_once_with_name_version_time_and_parameters_before_it_is_sent() {
    for (name, product) in [("parameters-first", &TOOL), ("name-first", &NAME_FIRST)] {
        let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("audit-client-{name}"));
        let path = scratch.join("log/usage_stats.json");
        let log = Arc::new(AuditLog::new(&path));
        let sent = send(product, &path, &log);

        let lines = |text: &str| -> Vec<Value> {
            let lines = text.lines();
            lines
                .map(|line| serde_json::from_str(line).unwrap())
                .collect()
        };
        let logged = lines(&fs::read_to_string(&path).unwrap());
        let wire: Vec<Value> = sent.iter().flat_map(|(body, _)| events(body)).collect();
        assert_eq!(logged, wire, "{name}");
        assert_eq!(logged.len(), 10);
        assert_eq!(logged[0]["name"], "run");
        assert_eq!(logged[0]["eventSchemaVer"], "1.0");
        for (body, before) in &sent {
            let before = lines(before);
            for event in events(body) {
                assert!(before.contains(&event), "{name}: sent before it was logged");
            }
        }
        assert_eq!((log.written(), log.not_written()), (10, 0));
    }
}

#[test]
fn c18_a_product_with_a_recorded_format_logs_the_parameters_alone() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "audit-client-parameters");
    let path = scratch.join("usage_stats.json");
    send(&PARAMETERS, &path, &Arc::new(AuditLog::new(&path)));
    let text = fs::read_to_string(&path).unwrap();
    let expected: Vec<String> = (0..10).map(|n| run(n).parameters().to_json()).collect();
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn s18_the_log_escapes_controls_of_a_terminal_and_the_wire_keeps_its_bytes() {
    let controls =
        "a\u{7f}b\u{9b}31m\u{85}c\u{61c}\u{200e}\u{200f}\u{2028}\u{202e}\u{2066}\u{2069}é\u{1b}";
    for (name, product) in [("event", &TOOL), ("parameters", &PARAMETERS)] {
        let scratch = Scratch::new(
            env!("CARGO_TARGET_TMPDIR"),
            &format!("audit-escapes-{name}"),
        );
        let log = Arc::new(AuditLog::new(scratch.join("usage.json")));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let telemetry = Client::builder(product)
            .env(|_| None)
            .transport(Witness {
                log: log.path().to_owned(),
                seen: Arc::clone(&seen),
            })
            .audit(Arc::clone(&log))
            .build();
        let event = Run::builder().number(1).parameters(controls).name(controls);
        telemetry.record(&event.build());
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);

        let text = fs::read_to_string(log.path()).unwrap();
        for c in controls
            .chars()
            .filter(|c| !c.is_ascii_graphic() && *c != 'é')
        {
            assert!(!text.trim_end().contains(c), "U+{:04X}", u32::from(c));
        }
        let sent = seen.lock().unwrap()[0].0.clone();
        assert!(
            sent.contains('\u{202e}') && sent.contains('\u{7f}'),
            "{sent}"
        );
        let line: Value = serde_json::from_str(&text).unwrap();
        let parameters = match name {
            "event" => &line["parameters"],
            _ => &line,
        };
        assert_eq!(*parameters, events(&sent)[0]["parameters"]);
        assert_eq!(parameters["name"], controls);
    }
}

#[test]
fn row_74_events_are_sent_where_they_cannot_be_logged() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "audit-client-unwritable");
    let path = scratch.join("folder");
    fs::create_dir(&path).unwrap();
    let log = Arc::new(AuditLog::new(&path));
    let sent = send(&TOOL, &path, &log);
    assert!(!sent.is_empty());
    assert_eq!((log.written(), log.not_written()), (0, 10));
}

#[test]
fn nothing_is_logged_while_telemetry_is_off() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "audit-client-off");
    let path = scratch.join("usage_stats.json");
    let telemetry = Client::builder(&TOOL)
        .env(|name| (name == "DO_NOT_TRACK").then(|| "1".into()))
        .audit(AuditLog::new(&path))
        .build();
    telemetry.record(&run(1));
    drop(telemetry);
    assert!(!path.exists());
}

#[test]
fn a_product_has_its_log_below_the_home_directory() {
    static LOGGED: Product = Product::new("tool")
        .audit_file(".config/tool/usage_stats.json")
        .default_on(true);
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "audit-client-home");
    let home = scratch.path().to_owned();
    let client = |home: Option<PathBuf>| {
        let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        let lookup = move |name: &str| home.clone().filter(|_| name == variable).map(Into::into);
        Client::builder(&LOGGED)
            .env(lookup)
            .transport(NullTransport)
            .exit_budget(PATIENCE)
    };
    let path = scratch.join(".config/tool/usage_stats.json");

    // No home directory, then a log of the program's own: the product's is not written.
    let other = Arc::new(AuditLog::new(scratch.join("other.json")));
    client(None).build().record(&run(1));
    let given = client(Some(home.clone())).audit(Arc::clone(&other)).build();
    given.record(&run(2));
    drop(given);
    assert_eq!(other.written(), 1);
    assert!(!path.exists());

    client(Some(home)).build().record(&run(3));
    let line: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(line["parameters"]["number"], 3);
}
