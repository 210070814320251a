//! One scenario of the vectors, through the public calls of a client.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use serde_json::{Value, json};
use telemetry_runtime::{Client, DropReason, Policy, Telemetry};
use telemetry_tests::vectors::Vector;

use crate::{
    Named, TOOL,
    wire::{PATIENCE, Wire},
};

/// What a vector says that has no counterpart here.
pub(crate) struct NotExpressible(pub(crate) &'static str);

/// What became of the events.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    /// As the vectors write them down.
    pub(crate) requests: Value,
    /// Events left in the queue or among the failed ones.
    pub(crate) left: u64,
}

impl Outcome {
    /// What the products of this entry did.
    pub(crate) fn recorded(entry: &Value) -> Self {
        let len = |key: &str| entry[key].as_array().unwrap().len() as u64;
        Self {
            requests: entry["requests"].clone(),
            left: len("queue") + len("dead_letter"),
        }
    }
}

struct Scenario<'w> {
    wire: &'w Wire,
    client: Client,
    /// Ends with the first `stop` or `with`.
    owner: Option<Telemetry>,
    full: usize,
    /// Events since the last request.
    waiting: usize,
    /// The step that each request belongs to.
    steps: Vec<usize>,
}

/// Runs the scenario, or says why it cannot be run.
pub(crate) fn run(wire: &Wire, vector: &Vector) -> Result<Outcome, NotExpressible> {
    let config = vector.get("config");
    let steps = vector.get("steps");
    expressible(config, vector)?;
    let setup_errors = config["client_setup_errors"].as_u64().unwrap_or(0);
    let transport = wire.script(vector.get("responses"), setup_errors);
    let mut policy = Policy::compat().request_timeout(PATIENCE);
    if let Some(retries) = config["max_retries"].as_u64() {
        policy = policy.max_retries(retries.try_into().unwrap());
    }
    let mut builder = Client::builder(&TOOL)
        .environment(|_| None)
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
    // What the Agent Toolkit does in a dry run.
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
    Ok(scenario.outcome())
}

fn expressible(config: &Value, vector: &Vector) -> Result<(), NotExpressible> {
    let says = |key: &str, start: &str| {
        let text = config[key].as_str();
        text.is_some_and(|text| text.starts_with(start))
    };
    let is_manual = vector.text("mode") == "manual";
    if says("endpoint", "https://") {
        Err(NotExpressible("it would leave this machine"))
    } else if says("nat_endpoint", "stdout") && config["enabled"] != false {
        Err(NotExpressible("it would print"))
    } else if config["max_retries"].as_i64().is_some_and(i64::is_negative) {
        Err(NotExpressible("a number of retries is not negative"))
    } else if is_manual && config.get("max_queue_size").is_some() && vector.text("group") == "batch"
    {
        Err(NotExpressible("there is no client without a background"))
    } else {
        Ok(())
    }
}

impl Scenario<'_> {
    fn step(&mut self, index: usize, step: &Value) -> Result<(), NotExpressible> {
        let mut requests = None;
        match step["op"].as_str().unwrap() {
            "enqueue" => return self.record(&step["ids"]),
            "flush" | "public_flush" => drop(self.client.flush(PATIENCE)),
            "aflush" => drop(block_on(self.client.flush_async(PATIENCE))),
            "stop" => drop(self.client.shutdown(PATIENCE)),
            "start" => return Ok(()),
            "settle" if self.waiting < self.full => return Ok(()),
            // One request more, and if there are others they belong to a later step.
            "settle" | "wait_one_interval" => {
                let count = self.steps.len() + 1;
                self.wire.wait_for_requests(count);
                requests = Some(count);
            }
            "with_sync" => {
                for step in step["inside"].as_array().unwrap() {
                    self.step(index, step)?;
                }
                drop(self.owner.take());
            }
            "set_enabled" => return Err(NotExpressible("signals are read at the start")),
            other => panic!("unknown step {other}"),
        }
        let requests = requests.unwrap_or_else(|| self.wire.requests().len());
        self.steps.resize(requests, index);
        self.waiting = 0;
        Ok(())
    }

    fn record(&mut self, ids: &Value) -> Result<(), NotExpressible> {
        for id in ids.as_array().unwrap() {
            let id = id.as_str().unwrap().to_owned();
            if id.ends_with("!nan") {
                return Err(NotExpressible("what is no number becomes the sentinel"));
            }
            self.client.record(&Named(id));
            self.waiting += 1;
        }
        Ok(())
    }

    fn outcome(self) -> Outcome {
        let health = self.client.health();
        let sum = health.delivered() + health.dropped() + health.held;
        assert_eq!(health.accepted(), sum, "{health:?}");
        let mut requests = self.wire.requests();
        for (index, request) in requests.iter_mut().enumerate() {
            request["step"] = json!(self.steps.get(index));
        }
        Outcome {
            requests: json!(requests),
            left: health.held + health.dropped_for(DropReason::Shutdown),
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
