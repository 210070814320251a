//! A running gateway, and plain HTTP requests to it.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::collector::Collector;

/// The document of the tests of `live-check`, with its lock.
pub(crate) const REGISTRY: &str = "tests/live/run.json";

/// A gateway, which ends with this value.
pub(crate) struct Gateway {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(crate) port: u16,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("{text:?}"));
        Self {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{}", self.body))
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telemetry-tool"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("gateway")
        .args(arguments);
    command
}

/// Runs a gateway that cannot start: exit code and standard error.
pub(crate) fn refused(arguments: &[&str]) -> (i32, String) {
    let Output { status, stderr, .. } = program(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

impl Gateway {
    /// Starts a gateway of [`REGISTRY`] on loopback.
    pub(crate) fn start(collector: &Collector, more: &[&str]) -> Self {
        Self::forward(&collector.address(), more)
    }

    /// Starts a gateway in front of an address.
    pub(crate) fn forward(address: &str, more: &[&str]) -> Self {
        let own = ["--registry", REGISTRY, "--forward", address];
        let arguments: Vec<_> = own.iter().chain(more).copied().collect();
        Self::with("127.0.0.1:0", &arguments)
    }

    /// Starts a gateway on an address.
    pub(crate) fn with(listen: &str, arguments: &[&str]) -> Self {
        let mut child = program(&["--listen", listen])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (mut first, mut paste) = (String::new(), String::new());
        out.read_line(&mut first).unwrap();
        out.read_line(&mut paste).unwrap();
        let port = first.trim().trim_end_matches('/').rsplit(':').next();
        let Some(Ok(port)) = port.map(str::parse) else {
            let mut err = String::new();
            let mut stderr = child.stderr.take().unwrap();
            stderr.read_to_string(&mut err).unwrap();
            panic!("{first}{err}");
        };
        assert!(
            paste.starts_with("paste: export NEMO_TELEMETRY_ENDPOINT=http"),
            "{paste}"
        );
        Self { child, out, port }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    /// Sends a request with these headers, and reads the answer.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut stream = self.connect();
        send(&mut stream, method, path, headers, body);
        read(&mut stream)
    }

    pub(crate) fn post(&self, body: &[u8]) -> Answer {
        self.request("POST", "/v1.1/events/json", &[], body)
    }

    pub(crate) fn send(&self, envelope: &Value) -> Answer {
        self.post(envelope.to_string().as_bytes())
    }

    /// A metric by its name without the common prefix.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let page = self.request("GET", "/metrics", &[], b"").body;
        let line = format!("telemetry_gateway_{name} ");
        let value = page.lines().find_map(|it| it.strip_prefix(&line));
        value
            .unwrap_or_else(|| panic!("{name}: {page}"))
            .parse()
            .unwrap()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for the end: exit code (none after a signal), the rest of standard output, standard error.
    pub(crate) fn wait(mut self) -> (Option<i32>, String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        let stderr = self.child.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }

    /// Ends the gateway with SIGTERM.
    pub(crate) fn end(self) -> (Option<i32>, String, String) {
        self.signal("-TERM");
        self.wait()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes a request whose connection ends after the answer.
pub(crate) fn send(
    stream: &mut impl Write,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).unwrap();
    // A server that refuses a body may close the connection before all of it is sent.
    let _ = stream.write_all(body);
    let _ = stream.flush();
}

pub(crate) fn read(stream: &mut impl Read) -> Answer {
    let mut bytes = Vec::new();
    // A connection that is reset after the answer still has an answer.
    let _ = stream.read_to_end(&mut bytes);
    Answer::parse(std::str::from_utf8(&bytes).unwrap())
}

/// An envelope of `run_event` 1.9.
pub(crate) fn envelope(events: Vec<Value>) -> Value {
    json!({
        "clientId": client_id(),
        "clientVer": "2.3.4",
        "cpuArchitecture": "x86_64",
        "eventSchemaVer": "1.9",
        "eventSysVer": "nemo-telemetry/1.0",
        "productName": "runner",
        "sentTs": "2026-01-02T03:04:05.678Z",
        "sessionId": "session-1",
        "events": events,
    })
}

fn client_id() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(REGISTRY);
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    document["schemaMeta"]["clientId"].clone()
}

/// A valid event.
pub(crate) fn event() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/session.ndjson");
    let text = fs::read_to_string(path).unwrap();
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    first["events"][0].clone()
}

/// The event with another value of a field.
pub(crate) fn with(field: &str, value: impl Into<Value>) -> Value {
    let mut event = event();
    event["parameters"][field] = value.into();
    event
}

/// A file that does not exist yet, in an own folder.
pub(crate) fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gateway");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    let _ = fs::remove_file(&path);
    path
}

/// A file with a text.
pub(crate) fn file(name: &str, text: &str) -> String {
    let path = fresh(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}
