//! The lines that the HTTPS transport's dependencies write to the logs of the host.
//!
//! A separate binary with one test: a logger and a subscriber are installed once for the whole process.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::{
    collections::BTreeSet,
    fmt::{self, Write},
    sync::Mutex,
};

use telemetry_runtime::{
    Client, Product,
    testing::{Collector, ScriptedResponse},
    transport::ApiKey,
};
use telemetry_tests::client::{PATIENCE, Run, builder};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

#[path = "../faults/network/tls_server.rs"]
#[expect(dead_code, reason = "a test of the key needs one kind of server")]
mod tls_server;

use self::tls_server::TlsServer;

/// The targets in the documentation of `HttpTransport`, without their modules.
const DOCUMENTED: [&str; 2] = ["hyper_util", "reqwest"];

/// Level, target and text of every line, of `log` and of `tracing`.
static LINES: Mutex<Vec<(String, String, String)>> = Mutex::new(Vec::new());

struct Host;

impl log::Log for Host {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        add(record.level(), record.target(), record.args().to_string());
    }

    fn flush(&self) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
        write!(self.0, "{value:?} ").unwrap();
    }
}

impl Subscriber for Host {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        let metadata = event.metadata();
        add(metadata.level(), metadata.target(), text.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn add(level: impl fmt::Display, target: &str, text: String) {
    let line = (level.to_string(), target.to_owned(), text);
    LINES.lock().unwrap().push(line);
}

#[test]
fn only_the_documented_targets_log_and_never_above_debug_or_with_an_event() {
    log::set_logger(&Host).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    tracing::subscriber::set_global_default(Host).unwrap();

    let secret = 918_273_645;
    let unavailable = || ScriptedResponse::status(503);
    let collector = Collector::script([unavailable(), ScriptedResponse::status(200)]).unwrap();
    let owner = builder().endpoint(collector.url()).build();
    owner.record(&Run(secret));
    assert!(!owner.flush(PATIENCE).is_complete());
    assert!(owner.flush(PATIENCE).is_complete());
    assert!(owner.shutdown(PATIENCE).is_complete());
    assert_eq!(owner.health().delivered(), 1);

    let key = "key-546372819";
    send_with_key(key);

    let lines = LINES.lock().unwrap();
    let mut targets = BTreeSet::new();
    for (level, target, text) in lines.iter() {
        assert!(
            matches!(level.as_str(), "DEBUG" | "TRACE"),
            "{level} {target} {text}"
        );
        assert!(!text.contains(&secret.to_string()), "{target} {text}");
        assert!(!text.contains(key), "{target} {text}");
        targets.insert(target.split("::").next().unwrap());
    }
    assert_eq!(targets, BTreeSet::from(DOCUMENTED));
    let connect = |target: &str| target == "reqwest::connect";
    assert!(
        lines.iter().any(|(_, target, _)| connect(target)),
        "{lines:?}"
    );
}

/// Sends one event with an API key by HTTPS.
fn send_with_key(key: &str) {
    let server = TlsServer::start(&["localhost"]);
    let product: &'static Product = Box::leak(Box::new(
        Product::new("keyed")
            .endpoint(server.url().leak())
            .api_key_header("authorization")
            .default_on(true),
    ));
    let authority = server.authority();
    let owner = Client::builder(product)
        .env(move |name| (name == "SSL_CERT_FILE").then(|| authority.clone().into()))
        .api_key(ApiKey::new(key))
        .build();
    owner.record(&Run(1));
    let mut flushes = (0..100).map(|_| owner.flush(PATIENCE));
    assert!(flushes.any(|flush| flush.is_complete()));
    assert!(server.next_request().contains(key));
}
