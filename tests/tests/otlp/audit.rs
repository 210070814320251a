//! The audit log of a client that sends OTLP.

use std::{fs, sync::Arc};

use serde_json::Value;
use telemetry_runtime::{
    AuditLog, Client, Product, TelemetryEvent, Wire, audit::AuditFormat, health::FlushOutcome,
    transport::MemoryTransport,
};
use telemetry_tests::{client::PATIENCE, scratch::Scratch};

use super::decoded::{attributes, decode};

static EVENTS: Product = Product::new("tool").wire(Wire::Otlp).default_on(true);
static PARAMETERS: Product = EVENTS.audit_format(AuditFormat::Parameters);

/// One run; its text would confuse code that cuts it out of the request.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// A number.
    number: i64,
    /// Text that looks like the end of a record.
    #[event(free_text = "test")]
    attributes: String,
}

/// The lines of the audit log and the body of the request.
fn logged(product: &'static Product, name: &str) -> (Vec<String>, Vec<u8>) {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), name);
    let path = scratch.path().join("usage.jsonl");
    let log = Arc::new(AuditLog::new(&path));
    let memory = MemoryTransport::new();
    let telemetry = Client::builder(product)
        .env(|_| None)
        .transport(memory.clone())
        .audit(log)
        .build();
    for number in 0..3 {
        let text = "x\"]}],\"attributes\":[\u{202e}\u{7f}";
        telemetry.record(&Run::builder().number(number).attributes(text).build());
    }
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let text = fs::read_to_string(&path).unwrap();
    // No character that controls a terminal.
    assert!(!text.contains(['\u{202e}', '\u{7f}']));
    let lines = text.lines().map(str::to_owned).collect();
    (lines, memory.bodies().remove(0))
}

#[test]
fn a_line_is_the_log_record_with_its_schema() {
    let (lines, body) = logged(&EVENTS, "otlp-audit-events");
    let records = decode(&body).records;
    assert_eq!((lines.len(), records.len()), (3, 3));
    for (line, record) in lines.iter().zip(records) {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let keys: Vec<_> = line.as_object().unwrap().keys().cloned().collect();
        let expected = [
            "schemaUrl",
            "timeUnixNano",
            "severityNumber",
            "eventName",
            "attributes",
        ];
        assert_eq!(keys, expected);
        assert_eq!(line["schemaUrl"], "1.0");
        assert_eq!(line["timeUnixNano"], record.recorded.to_string());
        assert_eq!(line["eventName"], "run");
        assert_eq!(attributes(line["attributes"].take()), record.attributes);
    }
}

#[test]
fn a_line_of_parameters_is_the_list_of_attributes() {
    let (lines, body) = logged(&PARAMETERS, "otlp-audit-parameters");
    let records = decode(&body).records;
    assert_eq!((lines.len(), records.len()), (3, 3));
    for (line, record) in lines.iter().zip(records) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(attributes(line), record.attributes);
    }
}
