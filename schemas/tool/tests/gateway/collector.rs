//! A collector of OTLP on loopback: it records what it accepts, and refuses on demand.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
};

use serde_json::Value;

/// The answer to a request.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// A status line without `HTTP/1.1`, further headers with `\r\n` at their ends, and the body.
    Answer(&'static str, String, String),
    /// No answer until the plan changes.
    Wait,
}

impl Plan {
    pub(crate) fn accept() -> Self {
        Self::Answer("200 OK", String::new(), "{}".to_owned())
    }

    pub(crate) fn status(line: &'static str) -> Self {
        Self::Answer(line, String::new(), String::new())
    }
}

#[derive(Default)]
struct State {
    plan: Option<Plan>,
    accepted: Vec<Value>,
    requests: usize,
    heads: Vec<String>,
}

/// A running collector. Its threads end with the process.
#[derive(Clone)]
pub(crate) struct Collector {
    port: u16,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let collector = Self {
            port: listener.local_addr().unwrap().port(),
            state: Arc::default(),
        };
        collector.plan(Plan::accept());
        let serving = collector.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, serving) = (stream.unwrap(), serving.clone());
                thread::spawn(move || serving.connection(stream));
            }
        });
        collector
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/v1/logs", self.port)
    }

    /// The answer to the next requests, and to those that wait.
    pub(crate) fn plan(&self, plan: Plan) {
        let (state, changed) = &*self.state;
        state.lock().unwrap().plan = Some(plan);
        changed.notify_all();
    }

    /// Waits until this many requests have arrived.
    pub(crate) fn until_requests(&self, count: usize) {
        let (state, changed) = &*self.state;
        let state = state.lock().unwrap();
        drop(changed.wait_while(state, |it| it.requests < count).unwrap());
    }

    /// The accepted bodies.
    pub(crate) fn accepted(&self) -> Vec<Value> {
        self.state.0.lock().unwrap().accepted.clone()
    }

    /// The heads of all requests.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.state.0.lock().unwrap().heads.clone()
    }

    /// The accepted log records.
    pub(crate) fn records(&self) -> Vec<Value> {
        let accepted = self.accepted();
        let records = accepted.iter().flat_map(|body| {
            body["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
                .as_array()
                .unwrap()
                .clone()
        });
        records.collect()
    }

    fn connection(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut writer = stream;
        while let Some((head, body)) = request(&mut reader) {
            if self.answer(head, &body, &mut writer).is_err() {
                return;
            }
        }
    }

    fn answer(&self, head: String, body: &[u8], writer: &mut TcpStream) -> std::io::Result<()> {
        let (state, changed) = &*self.state;
        let mut state = state.lock().unwrap();
        state.requests += 1;
        state.heads.push(head);
        changed.notify_all();
        let mut state = changed
            .wait_while(state, |it| matches!(it.plan, Some(Plan::Wait)))
            .unwrap();
        let Some(Plan::Answer(status, headers, text)) = state.plan.clone() else {
            return Ok(());
        };
        // Accepted before it is acknowledged.
        if status.starts_with('2') {
            state.accepted.push(serde_json::from_slice(body).unwrap());
        }
        drop(state);
        let length = text.len();
        write!(
            writer,
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{text}"
        )
    }
}

/// Head and body of the next request; `None` at the end of the connection.
fn request(reader: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    loop {
        let before = head.len();
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
        if head.get(before..)?.trim().is_empty() {
            break;
        }
    }
    let lower = head.to_ascii_lowercase();
    let length = lower
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))?
        .trim();
    let mut body = vec![0; length.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some((head, body))
}
