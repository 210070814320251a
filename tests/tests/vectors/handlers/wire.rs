//! The collector's side of a scenario: answers by the vector's list, and keeps the requests.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use telemetry_runtime::{
    Client,
    testing::{Collector, ScriptedResponse, VirtualClock},
    transport::{Failure, FailureKind, HttpTransport, Outcome, Request, Transport},
};

use telemetry_tests::vectors::Vector;

use super::Named;

/// Only fails a test: no step is expected to take this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The responses of a scenario, and the requests that came.
#[derive(Default)]
struct Script {
    responses: VecDeque<Value>,
    /// A failure of the collector asks for patience.
    retry_after: bool,
    /// The number of times that the HTTP client cannot be built.
    setup_errors: u64,
    /// The answer to the request in flight.
    under_way: Value,
    requests: Vec<Value>,
    /// Records what comes in while a request is under way.
    client: Option<Client>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<Script>,
    changed: Condvar,
}

impl Shared {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    fn log(&self, body: &[u8], response: Value) {
        let envelope: Value = serde_json::from_slice(body).unwrap();
        let events = envelope["events"].as_array().unwrap();
        let ids: Vec<_> = events.iter().map(|it| &it["parameters"]["id"]).collect();
        let mut script = self.script();
        let request = json!({"ids": ids, "response": response});
        script.requests.push(request);
        drop(script);
        self.changed.notify_all();
    }
}

/// One collector and one HTTP client for all scenarios, which run one after the other.
pub(crate) struct Wire {
    shared: Arc<Shared>,
    http: Arc<Mutex<HttpTransport>>,
    _collector: Collector,
}

impl Wire {
    pub(crate) fn new() -> Self {
        let shared = Arc::new(Shared::default());
        let answers = Arc::clone(&shared);
        let collector = Collector::with_handler(move |request| {
            let response = answers.script().under_way.clone();
            answers.log(&request.body, response.clone());
            for id in response["enqueue_during"].as_array().into_iter().flatten() {
                let client = answers.script().client.clone().unwrap();
                client.record(&Named(id.as_str().unwrap().to_owned()));
            }
            let retry_after = answers.script().retry_after;
            answer(&response, retry_after)
        });
        let collector = collector.unwrap();
        let http = HttpTransport::new(&collector.url()).unwrap();
        Self {
            shared,
            http: Arc::new(Mutex::new(http)),
            _collector: collector,
        }
    }

    /// The transport of the next scenario.
    pub(crate) fn script(&self, vector: &Vector) -> impl Transport + use<> {
        let responses = vector.get("responses");
        let setup_errors = &vector.get("config")["client_setup_errors"];
        *self.shared.script() = Script {
            responses: responses.as_array().unwrap().iter().cloned().collect(),
            retry_after: vector.id() == "retry/503_with_retry_after_ignored",
            setup_errors: setup_errors.as_u64().unwrap_or(0),
            ..Script::default()
        };
        Scripted {
            shared: Arc::clone(&self.shared),
            http: Arc::clone(&self.http),
        }
    }

    pub(crate) fn set_client(&self, client: Option<Client>) {
        self.shared.script().client = client;
    }

    pub(crate) fn requests(&self) -> Vec<Value> {
        self.shared.script().requests.clone()
    }

    /// Lets time pass until there are this many requests.
    ///
    /// The clock moves under the lock that a request takes before it is answered: it never moves
    /// after the last of them.
    pub(crate) fn wait_for_requests(&self, count: usize, clock: &VirtualClock) {
        let deadline = Instant::now() + PATIENCE;
        let mut script = self.shared.script();
        while script.requests.len() < count {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} of {count}", script.requests.len());
            clock.advance(Duration::from_millis(100));
            let tick = Duration::from_millis(1);
            script = self.shared.changed.wait_timeout(script, tick).unwrap().0;
        }
    }
}

/// Fails where the vector specifies it, before anything is written; everything else goes to the
/// collector.
struct Scripted {
    shared: Arc<Shared>,
    http: Arc<Mutex<HttpTransport>>,
}

impl Transport for Scripted {
    fn send(&mut self, request: &Request<'_>, deadline: Instant) -> Outcome {
        let mut script = self.shared.script();
        if script.setup_errors > 0 {
            script.setup_errors -= 1;
            return not_sent(FailureKind::Setup);
        }
        let response = script.responses.pop_front().unwrap_or_else(|| json!(200));
        let failure = match response.as_str() {
            Some("connect_error" | "connect_timeout") => Some(FailureKind::Connect),
            Some("os_error") => Some(FailureKind::Io),
            Some("unsupported_protocol" | "runtime_error") => Some(FailureKind::Setup),
            _ => None,
        };
        script.under_way = response.clone();
        drop(script);
        if let Some(kind) = failure {
            self.shared.log(request.body, response);
            return not_sent(kind);
        }
        self.http.lock().unwrap().send(request, deadline)
    }
}

fn not_sent(kind: FailureKind) -> Outcome {
    Outcome::NotSent(Failure::new(kind))
}

fn answer(response: &Value, retry_after: bool) -> ScriptedResponse {
    let status = response.as_u64().or_else(|| response["respond"].as_u64());
    match (status, response.as_str()) {
        (Some(status), _) => {
            let answer = ScriptedResponse::status(status.try_into().unwrap());
            match status {
                500..600 if retry_after => answer.header("Retry-After", "120"),
                300..400 => answer.header("Location", "/moved"),
                _ => answer,
            }
        }
        // The request is written, and no answer comes.
        (None, Some("read_timeout")) => ScriptedResponse::reset(),
        (None, Some("protocol_error")) => ScriptedResponse::garbage(),
        _ => panic!("unknown response {response}"),
    }
}
