//! Released packages of Python as clients, and rotel as the collector. Python installs them from PyPI; without
//! Python or the network, the tests say that they were skipped.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use crate::{
    collector::Collector,
    gateway::{Gateway, envelope, event, fresh},
    python::with_packages,
};

/// The packages whose telemetry modules are clients, without what the rest of them needs.
const ORIGINALS: [&str; 4] = [
    "--no-deps",
    "nemo-anonymizer==0.4.0",
    "data-designer-engine==0.9.7",
    "nemo-safe-synthesizer==0.1.16",
];
const OTHERS: [&str; 3] = ["pydantic==2.14.4", "httpx==0.28.1", "rotel==0.0.1a15"];
const CHECK: &str = "import pydantic, httpx, rotel, importlib.metadata as it; it.version('nemo-anonymizer'); \
                     it.version('data-designer-engine'); it.version('nemo-safe-synthesizer')";

pub(crate) fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("originals");
    match PYTHON.get_or_init(|| with_packages(&folder, &[&OTHERS, &ORIGINALS], CHECK)) {
        Ok(python) => Some(python),
        Err(missing) => {
            println!("SKIPPED: the packages cannot be installed here: {missing}");
            None
        }
    }
}

/// Sends the recorded events of three products; returns their number.
fn send(python: &Path, gateway: &Gateway) -> u64 {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(python)
        .arg(here.join("tests/gateway/originals.py"))
        .arg(here.join("../../tests/vectors/released/events.json"))
        .env_clear()
        .env("NEMO_TELEMETRY_ENABLED", "true")
        .env(
            "NEMO_TELEMETRY_ENDPOINT",
            format!("http://127.0.0.1:{}/", gateway.port),
        )
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{err}");
    let out = String::from_utf8(output.stdout).unwrap();
    let counts: Vec<(String, u64)> = out
        .lines()
        .map(|line| {
            let found: serde_json::Value = serde_json::from_str(line).unwrap();
            (
                found[0].as_str().unwrap().to_owned(),
                found[1].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(counts.len(), 3, "{out}");
    assert!(counts.iter().all(|(_, count)| *count >= 20), "{out}");
    counts.iter().map(|(_, count)| count).sum()
}

fn with_documents(address: &str, dead_letter: &Path) -> Gateway {
    let registry = ["--registry", "../anonymous_events.json", "../history"];
    let dead_letter = dead_letter.to_str().unwrap();
    let more = [
        "--forward",
        address,
        "--dead-letter",
        dead_letter,
        "--dead-letter-payloads",
    ];
    Gateway::with("127.0.0.1:0", &[registry.as_slice(), &more].concat())
}

#[test]
fn slow_originals_in_python_are_forwarded() {
    let Some(python) = python() else { return };
    let collector = Collector::start();
    let path = fresh("originals.ndjson");
    let gateway = with_documents(&collector.address(), &path);
    let sent = send(python, &gateway);
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
    assert_eq!(collector.records().len() as u64, sent);
    let names: std::collections::BTreeSet<_> = collector
        .records()
        .iter()
        .map(|record| record["eventName"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

struct Rotel(Child);

impl Drop for Rotel {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[test]
fn slow_rotel_accepts_what_the_gateway_sends() {
    let Some(python) = python() else { return };
    let program = Command::new(python)
        .args([
            "-c",
            "import pathlib, rotel; print(pathlib.Path(rotel.__file__).parent / 'rotel-agent')",
        ])
        .output()
        .unwrap();
    let program = String::from_utf8(program.stdout).unwrap();
    let address = free_address();
    let mut rotel = Command::new(program.trim())
        .args([
            "start",
            "--exporter",
            "blackhole",
            "--otlp-http-endpoint",
            &address,
        ])
        .args(["--otlp-grpc-endpoint", &free_address()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(Rotel)
        .unwrap();
    while TcpStream::connect(&address).is_err() {
        assert!(rotel.0.try_wait().unwrap().is_none(), "rotel has ended");
        std::thread::yield_now();
    }
    let path = fresh("rotel.ndjson");
    let gateway = with_documents(&format!("http://{address}/v1/logs"), &path);
    let sent = send(python, &gateway);
    assert_eq!(gateway.metric("events_forwarded_total"), sent);
    assert_eq!(gateway.metric("events_rejected_total"), 0);
    drop(gateway);
    let gateway = Gateway::forward(&format!("http://{address}/v1/logs"), &[]);
    assert_eq!(gateway.send(&envelope(vec![event(); 50])).status, 200);
}
