//! One scenario of the vectors, through the public calls of a client.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, UNIX_EPOCH},
};

use serde_json::{Value, json};
use telemetry_runtime::{
    Client, Policy, TelemetryGuard, health::DropReason, testing::VirtualClock,
};
use telemetry_tests::vectors::Vector;

use super::{
    Named, TOOL,
    wire::{PATIENCE, Wire},
};

/// The outcome of the events.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    /// As the vectors write them down.
    pub(crate) requests: Value,
    /// Events left in the queue or among the failed ones.
    pub(crate) left: u64,
}

impl Outcome {
    /// The recorded outcome of the products of this entry.
    pub(crate) fn recorded(entry: &Value) -> Self {
        let len = |key: &str| entry[key].as_array().unwrap().len() as u64;
        Self {
            requests: entry["requests"].clone(),
            left: len("queue") + len("dead_letter"),
        }
    }

    pub(crate) fn requests(&self) -> &[Value] {
        self.requests.as_array().unwrap()
    }
}

/// Time passes only where a step waits: no backoff ends between two steps.
struct Scenario<'w> {
    wire: &'w Wire,
    clock: VirtualClock,
    client: Client,
    /// Ends with the first `stop` or `with`.
    owner: Option<TelemetryGuard>,
    full: usize,
    /// Events since the last request.
    waiting: usize,
    /// The step that each request belongs to.
    steps: Vec<usize>,
}

/// Runs the scenario; `None` when something in it has no counterpart here.
pub(crate) fn run(wire: &Wire, vector: &Vector) -> Option<Outcome> {
    let config = vector.get("config");
    let steps = vector.get("steps");
    if !is_expressible(config, vector) {
        return None;
    }
    let transport = wire.script(vector);
    let mut policy = Policy::new().request_timeout(PATIENCE);
    if let Some(retries) = config["max_retries"].as_u64() {
        policy = policy.max_retries(retries.try_into().unwrap());
    }
    let clock = VirtualClock::new(UNIX_EPOCH);
    let mut builder = Client::builder(&TOOL)
        .env(|_| None)
        .clock(&clock)
        .exit_budget(PATIENCE)
        .policy(policy);
    if let Some(seconds) = config["flush_interval_seconds"].as_f64() {
        builder = builder.flush_interval(Duration::from_secs_f64(seconds));
    }
    let full = config["max_queue_size"].as_u64().unwrap_or(50).max(1);
    let full = full.try_into().unwrap();
    builder = builder.max_batch_events(full);
    let endpoint = config["endpoint"]
        .as_str()
        .or(config["nat_endpoint"].as_str());
    // The behaviour of the Agent Toolkit in a dry run.
    let dry_run = (config["nat_dry_run"] == true).then_some("");
    builder = match endpoint.or(dry_run) {
        Some(endpoint) => builder.endpoint(endpoint),
        None => builder.transport(transport),
    };
    if config["enabled"] == false {
        builder = builder.disabled();
    }
    let telemetry = builder.build();
    let mut scenario = Scenario {
        wire,
        clock,
        client: telemetry.client(),
        owner: Some(telemetry),
        full,
        waiting: 0,
        steps: Vec::new(),
    };
    wire.set_client(Some(scenario.client.clone()));
    let steps = steps.as_array().unwrap();
    for (index, step) in steps.iter().enumerate() {
        scenario.step(index, step)?;
    }
    wire.set_client(None);
    Some(scenario.outcome())
}

fn is_expressible(config: &Value, vector: &Vector) -> bool {
    let says = |key: &str, start: &str| {
        let text = config[key].as_str();
        text.is_some_and(|text| text.starts_with(start))
    };
    let leaves_this_machine = says("endpoint", "https://");
    let prints = says("nat_endpoint", "stdout") && config["enabled"] != false;
    let negative = config["max_retries"].as_i64().is_some_and(i64::is_negative);
    let is_manual = vector.text("mode") == "manual" && vector.text("group") == "batch";
    let without_background = is_manual && config.get("max_queue_size").is_some();
    !(leaves_this_machine || prints || negative || without_background)
}

impl Scenario<'_> {
    fn step(&mut self, index: usize, step: &Value) -> Option<()> {
        let mut requests = None;
        match step["op"].as_str().unwrap() {
            "enqueue" => return self.record(&step["ids"]),
            "flush" | "public_flush" => drop(self.client.flush(PATIENCE)),
            "aflush" => drop(block_on(self.client.flush_async(PATIENCE))),
            "stop" => self.while_time_passes(|| self.client.shutdown(PATIENCE)),
            "start" => return Some(()),
            "settle" if self.waiting < self.full => return Some(()),
            // One request more, and if there are others they belong to a later step.
            "settle" | "wait_one_interval" => {
                let count = self.steps.len() + 1;
                self.wire.wait_for_requests(count, &self.clock);
                requests = Some(count);
            }
            "with_sync" => {
                for step in step["inside"].as_array().unwrap() {
                    self.step(index, step)?;
                }
                let owner = self.owner.take();
                self.while_time_passes(|| drop(owner));
            }
            "set_enabled" => return None,
            other => panic!("unknown step {other}"),
        }
        let requests = requests.unwrap_or_else(|| self.wire.requests().len());
        self.steps.resize(requests, index);
        self.waiting = 0;
        Some(())
    }

    fn record(&mut self, ids: &Value) -> Option<()> {
        for id in ids.as_array().unwrap() {
            let id = id.as_str().unwrap().to_owned();
            if id.ends_with("!nan") {
                return None;
            }
            self.client.record(&Named(id));
            self.waiting += 1;
        }
        Some(())
    }

    /// A shutdown waits for what was put off as long as its deadline allows.
    fn while_time_passes<T>(&self, call: impl FnOnce() -> T) {
        let (call_ends, ended) = mpsc::channel::<()>();
        let clock = &self.clock;
        thread::scope(|scope| {
            scope.spawn(move || {
                let tick = Duration::from_millis(1);
                while ended.recv_timeout(tick) == Err(RecvTimeoutError::Timeout) {
                    clock.advance(Duration::from_secs(1));
                }
            });
            let _ = call();
            drop(call_ends);
        });
    }

    fn outcome(self) -> Outcome {
        let health = self.client.health();
        // The clock is stopped now: nothing is waited for.
        let _ = self.client.shutdown(Duration::ZERO);
        let sum = health.delivered() + health.dropped() + health.held();
        assert_eq!(health.accepted(), sum, "{health:?}");
        let mut requests = self.wire.requests();
        for (index, request) in requests.iter_mut().enumerate() {
            request["step"] = json!(self.steps.get(index));
        }
        Outcome {
            requests: json!(requests),
            left: health.held() + health.dropped_for(DropReason::Shutdown),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest executor.
fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
