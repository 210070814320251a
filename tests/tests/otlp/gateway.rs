//! The gateway of `telemetry-tool` writes the same log for an envelope as a client writes itself.

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use telemetry_runtime::{Client, Product, Wire, health::FlushOutcome, testing::Collector};
use telemetry_tests::{client::PATIENCE, events::Event};

use super::{TOOL, decoded::decode, vectors::recorded};

/// A gateway, which ends with this value.
struct Gateway(Child, String);

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Gateway {
    /// Builds and starts the program.
    fn start(forward: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut gateway = Command::new(cargo)
            .current_dir(root)
            .args([
                "run",
                "--offline",
                "--quiet",
                "-p",
                "telemetry-tool",
                "--",
                "gateway",
            ])
            .args([
                "--listen",
                "127.0.0.1:0",
                "--forward",
                forward,
                "--registry",
            ])
            .args(["schemas/anonymous_events.json", "schemas/history"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(gateway.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("gateway: ").unwrap().to_owned();
        Self(gateway, address)
    }
}

fn send(product: &'static Product, endpoint: &str, events: &[Event]) {
    let telemetry = Client::builder(product)
        .env(|_| None)
        .endpoint(endpoint)
        .queue_bytes(usize::MAX)
        .build();
    for event in events {
        event.record(&telemetry);
    }
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let health = telemetry.health();
    assert_eq!(health.delivered(), events.len() as u64, "{health:?}");
}

/// Resource, scope, schema, name and attributes of each record that arrived, in an order of their own.
fn arrived(collector: &Collector) -> Vec<String> {
    let mut records = Vec::new();
    for request in collector.requests() {
        let mut decoded = decode(&request.body);
        // Each client has a session of its own.
        let session = &mut decoded.resource["service.instance.id"];
        assert!(session.as_str().is_some_and(|it| it.starts_with("tool-")));
        *session = Value::Null;
        for record in decoded.records {
            assert!(0 < record.recorded && record.recorded <= record.sent);
            records.push(format!(
                "{} {} {} {} {}",
                decoded.resource, decoded.scope, decoded.schema, record.name, record.attributes
            ));
        }
    }
    records.sort();
    records
}

#[test]
fn slow_an_envelope_through_the_gateway_is_the_log_of_an_otlp_client() {
    static ENVELOPES: Product = TOOL.wire(Wire::Envelope).product_name("otlp-tests");
    let events = recorded();
    let own = Collector::start().unwrap();
    send(&TOOL, &own.url(), &events);
    let forwarded = Collector::start().unwrap();
    let gateway = Gateway::start(&forwarded.url());
    send(&ENVELOPES, &gateway.1, &events);
    let (own, forwarded) = (arrived(&own), arrived(&forwarded));
    assert_eq!(own.len(), events.len());
    assert_eq!(own, forwarded);
}
