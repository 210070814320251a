//! A real collector: rotel receives the requests of a client and sends them to a sink that decodes them with
//! the official classes of OTLP. Python installs both from PyPI; without Python or the network, the test says
//! that it was skipped.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
};

use serde_json::{Value, json};
use telemetry_runtime::{Client, Product, health::FlushOutcome};
use telemetry_tests::{client::PATIENCE, events::Event, python::with_packages};

use super::{
    TOOL,
    vectors::{parameters, recorded},
};

const PACKAGES: [&str; 2] = ["rotel==0.0.1a15", "opentelemetry-proto==1.45.2"];
const IMPORTS: &str = "import rotel, opentelemetry.proto.collector.logs.v1.logs_service_pb2";

/// Python with rotel, or a sentence about what is missing.
fn python() -> Result<PathBuf, String> {
    if !cfg!(target_os = "linux") {
        return Err("the package is used on Linux only".to_owned());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rotel");
    with_packages(&folder, &PACKAGES, IMPORTS)
}

/// rotel and its sink.
struct Rotel {
    program: Child,
    lines: mpsc::Receiver<String>,
}

impl Rotel {
    /// Starts both, and returns the address of rotel.
    fn start(python: &Path) -> (Self, String) {
        let program =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/otlp/collector_and_sink.py");
        let mut program = Command::new(python)
            .arg(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(program.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let rotel = Self { program, lines };
        let address = rotel.line();
        (rotel, address)
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    /// The next records, in any order.
    fn records(&self, count: usize) -> Vec<Value> {
        let records = (0..count).map(|_| serde_json::from_str(&self.line()).unwrap());
        records.collect()
    }
}

impl Drop for Rotel {
    fn drop(&mut self) {
        // The program ends rotel when its input ends.
        drop(self.program.stdin.take());
        let _ = self.program.wait();
    }
}

/// The values with 14 decimals of each double, as a text: rotel reads 123456789.12345679 as the next double.
fn rounded(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let double = number.as_f64().unwrap();
            format!("double {double:.14e}").into()
        }
        Value::Array(items) => items.into_iter().map(rounded).collect(),
        Value::Object(members) => {
            let members = members.into_iter();
            members.map(|(key, value)| (key, rounded(value))).collect()
        }
        other => other,
    }
}

/// Sends events to rotel, and compares the records that its sink decoded.
fn assert_arrive(rotel: &Rotel, address: &str, product: &'static Product, events: &[Event]) {
    let telemetry = Client::builder(product)
        .env(|_| None)
        .endpoint(format!("http://{address}/v1/logs"))
        .queue_bytes(usize::MAX)
        .build();
    for event in events {
        event.record(&telemetry);
    }
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    let health = telemetry.health();
    assert_eq!(health.delivered(), events.len() as u64, "{health:?}");

    let mut arrived = Vec::new();
    for record in rotel.records(events.len()) {
        let resource = record["resource"].as_object().unwrap();
        assert_eq!(resource["service.name"], "otlp-tests");
        assert_eq!(resource["service.version"], "1.2.3");
        let session = telemetry.session_id();
        assert_eq!(resource["service.instance.id"], session.as_str());
        assert_eq!(resource["telemetry.client_id"], "184482118588404");
        assert!(resource.contains_key("host.arch"));
        assert_eq!(record["scope"], json!(["example-telemetry", "1.0"]));
        assert_eq!(record["severity"], 9);
        let time = |key: &str| record[key].as_u64().unwrap();
        assert!(0 < time("recorded") && time("recorded") <= time("sent"));
        let [schema, attributes] = ["schema", "attributes"].map(|key| &record[key]);
        let attributes = rounded(attributes.clone());
        arrived.push(format!("{} {schema} {attributes}", record["name"]));
    }
    let expected = events.iter().map(|event| {
        let (name, schema) = (json!(event.name()), json!(event.schema_version()));
        format!("{name} {schema} {}", rounded(parameters(event)))
    });
    let mut expected: Vec<_> = expected.collect();
    expected.sort();
    arrived.sort();
    assert_eq!(arrived, expected);
}

#[test]
fn every_attribute_of_the_five_products_arrives_with_its_type_through_a_collector() {
    static COMPRESSED: Product = TOOL.gzip();
    let python = match python() {
        Ok(python) => python,
        Err(missing) => {
            println!("SKIPPED: {PACKAGES:?} cannot be installed here: {missing}");
            return;
        }
    };
    let (rotel, address) = Rotel::start(&python);
    let events = recorded();
    assert_arrive(&rotel, &address, &TOOL, &events);
    assert_arrive(&rotel, &address, &COMPRESSED, &events[..50]);
}
