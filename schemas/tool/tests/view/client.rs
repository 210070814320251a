//! A running view, and plain HTTP requests to it.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

/// The document of the tests of `live-check`, with its lock.
pub(crate) const REGISTRY: &str = "tests/live/run.json";

/// A view, which ends with this value.
pub(crate) struct View {
    child: Child,
    out: BufReader<ChildStdout>,
    port: u16,
    /// `/TOKEN/`.
    pub(crate) root: String,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
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

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telemetry-tool"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("view")
        .args(arguments);
    command
}

/// Runs a view that cannot start: exit code and standard error.
pub(crate) fn refused(arguments: &[&str]) -> (i32, String) {
    let output = program(arguments).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), err)
}

impl View {
    /// Starts a view of [`REGISTRY`].
    pub(crate) fn start(more: &[&str]) -> Self {
        let arguments: Vec<_> = ["--registry", REGISTRY]
            .iter()
            .chain(more)
            .copied()
            .collect();
        Self::with(&arguments)
    }

    /// Starts a view.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let mut child = program(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (mut page, mut paste) = (String::new(), String::new());
        out.read_line(&mut page).unwrap();
        out.read_line(&mut paste).unwrap();
        let address = page
            .trim()
            .strip_prefix("page:  http://127.0.0.1:")
            .unwrap();
        let (port, path) = address.split_once('/').unwrap();
        assert!(paste.ends_with(&format!("{address}ingest\n")), "{paste}");
        Self {
            child,
            out,
            port: port.parse().unwrap(),
            root: format!("/{path}"),
        }
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn page(&self) -> String {
        format!("http://{}{}", self.host(), self.root)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    /// Sends a request to a whole path, with these headers only.
    pub(crate) fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut stream = self.connect();
        send(&mut stream, method, path, headers, body);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8(answer).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let host = self.host();
        let mut all = vec![("Host", host.as_str())];
        all.extend(headers);
        self.raw(method, &format!("{}{path}", self.root), &all, body)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], b"")
    }

    pub(crate) fn get_json(&self, path: &str) -> Value {
        let answer = self.request("GET", path, &[("Accept", "application/json")], b"");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    pub(crate) fn post(&self, path: &str) -> Answer {
        self.request("POST", path, &[], b"")
    }

    /// Sends an envelope, and returns the status.
    pub(crate) fn send(&self, envelope: &Value) -> u16 {
        self.request("POST", "ingest", &[], envelope.to_string().as_bytes())
            .status
    }

    /// Ends the view with a signal: exit code, the rest of standard output, standard error.
    pub(crate) fn end(mut self, signal: &str) -> (i32, String, String) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        let stderr = self.child.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut err).unwrap();
        let code = self.child.wait().unwrap().code().unwrap();
        (code, out, err)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn send(
    stream: &mut TcpStream,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) {
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).unwrap();
    // A server that refuses a body may close the connection before all of it is sent.
    let _ = stream.write_all(body);
}

/// An envelope of `run_event` 1.9.
pub(crate) fn envelope(events: Vec<Value>) -> Value {
    json!({
        "clientId": client_id(),
        "eventSchemaVer": "1.9",
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
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("view");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    let _ = fs::remove_file(&path);
    path
}
