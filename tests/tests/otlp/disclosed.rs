//! The disclosure of a product that sends OTLP.

use std::collections::BTreeSet;

use clap::Command;
use serde_json::Value;
use telemetry_examples::agent_toolkit::NatCliCommand;
use telemetry_runtime::{
    Client, Disclosure, Product, TelemetryCommand, TelemetryEvent, Wire, health::FlushOutcome,
    transport::MemoryTransport,
};
use telemetry_tests::{client::PATIENCE, events::Event};

use super::{
    TOOL,
    decoded::{attributes, decode},
    vectors::recorded,
};

static OTLP: Product = TOOL.events(&[&[NatCliCommand::DESCRIPTOR]]);
static ENVELOPE: Product = OTLP.wire(Wire::Envelope);

#[test]
fn the_disclosure_names_every_key_of_a_request() {
    let memory = MemoryTransport::new();
    let telemetry = Client::builder(&OTLP)
        .env(|_| None)
        .transport(memory.clone())
        .build();
    let mut events = recorded().into_iter();
    let event = events.find(|event| matches!(event, Event::AgentToolkit(_)));
    event.unwrap().record(&telemetry);
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let decoded = decode(&memory.bodies()[0]);
    let mut sent: BTreeSet<String> = ["schemaUrl", "scope", "timeUnixNano", "observedTimeUnixNano"]
        .map(String::from)
        .into();
    let objects = [&decoded.resource, &decoded.records[0].attributes];
    for object in objects {
        sent.extend(object.as_object().unwrap().keys().cloned());
    }
    let markdown = Disclosure::new(&OTLP).markdown();
    let items = markdown.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix("- `")?.split_once("`: ")?;
        Some(name.to_owned())
    });
    assert_eq!(items.collect::<BTreeSet<_>>(), sent);
    assert!(markdown.contains("OpenTelemetry logs (OTLP)"), "{markdown}");
    assert!(markdown.contains("`service.name`: Name of the product. [always `otlp-tests`]"));
    assert!(!markdown.contains("sessionId"));
    let summary = Disclosure::new(&OTLP).summary(80);
    for name in ["service.instance.id", "host.arch", "OTLP"] {
        assert!(summary.contains(name), "{summary}");
    }
}

#[test]
fn a_session_id_that_is_not_sent_is_not_disclosed() {
    static NO_SESSION: Product = Product::new("tool").wire(Wire::Otlp).no_session();
    let markdown = Disclosure::new(&NO_SESSION).markdown();
    assert!(!markdown.contains("service.instance.id"), "{markdown}");
    assert!(markdown.contains("Requests have no session id."));
}

#[test]
fn another_wire_is_another_digest() {
    let digest = |product| Disclosure::new(product).digest("1.0");
    assert_ne!(digest(&OTLP), digest(&ENVELOPE));
}

#[test]
fn compression_is_disclosed() {
    static COMPRESSED: Product = OTLP.gzip();
    let header = "`content-encoding`, which is always `gzip`";
    assert!(Disclosure::new(&COMPRESSED).markdown().contains(header));
    assert!(!Disclosure::new(&OTLP).markdown().contains(header));
}

/// The output of `telemetry show` with these words.
fn shown(product: &'static Product, words: &[&str]) -> String {
    let command = TelemetryCommand::new(Disclosure::new(product)).env(|_| None);
    let program = Command::new("tool").subcommand(TelemetryCommand::command());
    let line = ["tool", TelemetryCommand::NAME, "show"];
    let matches = program.get_matches_from(line.iter().chain(words));
    let (_, matches) = matches.subcommand().unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(command.run(matches, &mut out, &mut err), 0);
    String::from_utf8(out).unwrap()
}

#[test]
fn show_prints_the_log_record_that_is_sent() {
    let json: Value = serde_json::from_str(&shown(&OTLP, &["--json"])).unwrap();
    let mut sample = json["events"][0]["sample"].clone();
    assert_eq!(sample["eventName"], "nat_cli_command");
    assert_eq!(sample["severityNumber"], 9);
    let envelope: Value = serde_json::from_str(&shown(&ENVELOPE, &["--json"])).unwrap();
    let parameters = envelope["events"][0]["sample"].clone();
    assert_eq!(attributes(sample["attributes"].take()), parameters);
    let text = shown(&OTLP, &[]);
    let (_, example) = text.split_once("Example of nat_cli_command\n").unwrap();
    let record: Value = serde_json::from_str(example).unwrap();
    assert_eq!(record["eventName"], "nat_cli_command");
}
