//! Events of envelopes as logs of OTLP over HTTP, in JSON.
//!
//! | envelope | log |
//! | --- | --- |
//! | `name` of the event | `eventName` |
//! | `ts` of the event, `sentTs` | `timeUnixNano`, `observedTimeUnixNano` |
//! | `parameters` | `attributes` with their wire names |
//! | `eventSchemaVer` | `schemaUrl` |
//! | `eventSysVer` | name and version of the scope |
//! | `productName`, `clientVer`, `sessionId` | `service.name`, `service.version`, `service.instance.id` |
//! | `cpuArchitecture`, `clientId` | `host.arch`, `telemetry.client_id` |
//!
//! The type of an attribute is that of the field in the document, so that 2 is a double in a field of
//! numbers. Values that are `undefined` are left out of the resource.

mod time;
mod value;

use std::io::Write;

use crate::{
    document::Object,
    json::{Kind, Node},
};

pub(crate) use self::time::nanoseconds;
use self::value::quoted;

/// `INFO` of OTLP.
const SEVERITY: u8 = 9;
/// The name of a service that is not known, from the semantic conventions of OpenTelemetry.
const UNKNOWN_SERVICE: &str = "unknown_service";

/// The logs of one envelope.
pub(crate) struct Logs {
    text: Vec<u8>,
    observed: Option<u64>,
    schema_url: String,
    records: u64,
}

impl Logs {
    /// Logs without a record. `observed` is the time of `sentTs`.
    pub(crate) fn new(envelope: &Node, observed: Option<u64>) -> Self {
        let text_of = |key: &str| match envelope.get(key).map(|it| &it.kind) {
            Some(Kind::Text(text)) if !matches!(&**text, "" | "undefined") => Some(text.as_str()),
            _ => None,
        };
        let service = text_of("productName").unwrap_or(UNKNOWN_SERVICE);
        let resource = [
            ("service.name", Some(service)),
            ("service.version", text_of("clientVer")),
            ("service.instance.id", text_of("sessionId")),
            ("host.arch", text_of("cpuArchitecture")),
            ("telemetry.client_id", text_of("clientId")),
        ];
        let mut text = Vec::with_capacity(1024);
        text.extend_from_slice(br#"{"resourceLogs":[{"resource":{"attributes":["#);
        for (at, (key, found)) in resource
            .iter()
            .filter_map(|(key, found)| Some((key, (*found)?)))
            .enumerate()
        {
            if at > 0 {
                text.push(b',');
            }
            let _ = write!(text, r#"{{"key":"{key}","value":{{"stringValue":"#);
            quoted(found, &mut text);
            text.extend_from_slice(b"}}");
        }
        text.extend_from_slice(br#"]},"scopeLogs":[{"scope":{"#);
        if let Some(system) = text_of("eventSysVer") {
            let (name, version) = match system.split_once('/') {
                Some((name, version)) => (name, Some(version)),
                None => (system, None),
            };
            text.extend_from_slice(br#""name":"#);
            quoted(name, &mut text);
            if let Some(version) = version {
                text.extend_from_slice(br#","version":"#);
                quoted(version, &mut text);
            }
        }
        text.extend_from_slice(br#"},"logRecords":["#);
        Self {
            text,
            observed,
            schema_url: text_of("eventSchemaVer").unwrap_or_default().to_owned(),
            records: 0,
        }
    }

    /// Adds an event. `payload` is the declaration of its parameters.
    pub(crate) fn record(&mut self, name: &str, time: u64, parameters: &Node, payload: &Object) {
        let text = &mut self.text;
        if self.records > 0 {
            text.push(b',');
        }
        self.records += 1;
        let _ = write!(text, r#"{{"timeUnixNano":"{time}","#);
        if let Some(observed) = self.observed {
            let _ = write!(text, r#""observedTimeUnixNano":"{observed}","#);
        }
        let _ = write!(text, r#""severityNumber":{SEVERITY},"eventName":"#);
        quoted(name, text);
        text.extend_from_slice(br#","attributes":["#);
        value::members(parameters, Some(payload), text);
        text.extend_from_slice(b"]}");
    }

    /// The number of records.
    pub(crate) const fn records(&self) -> u64 {
        self.records
    }

    /// The body of a request.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.text.extend_from_slice(br#"],"schemaUrl":"#);
        quoted(&self.schema_url, &mut self.text);
        self.text.extend_from_slice(b"}]}]}");
        self.text
    }
}
