//! How long leaving takes where it should not: time beyond the deadline, by endpoint and call.
//!
//! `cargo bench -p telemetry-runtime --features testing --bench exit`. Below zero, the call returned
//! before its deadline. The goal is at most 10 ms beyond it.
#![expect(clippy::print_stdout, reason = "a benchmark reports")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, ClientBuilder, Product, TelemetryEvent, TelemetryGuard,
    descriptor::EventDescriptor,
    field::FieldVisitor,
    testing::{Collector, ScriptedResponse, UnreachableEndpoint},
    transport::{Outcome, Request, Transport},
};

const DEADLINE: Duration = Duration::from_millis(100);
const TIMES: usize = 100;

static TOOL: Product = Product::new("bench").default_on(true);

struct Run(i64);

impl TelemetryEvent for Run {
    const EVENT_NAME: &'static str = "run";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("run", "1.0", "", &[]).0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(",\"number\":", self.0);
    }
}

/// Answers when its other end is gone.
struct Stuck(mpsc::Receiver<()>);

impl Transport for Stuck {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let _ = self.0.recv();
        Outcome::delivered()
    }
}

fn builder() -> ClientBuilder {
    Client::builder(&TOOL).env(|_| None).exit_budget(DEADLINE)
}

/// A client that has something to send, and what must live as long.
type Case = (TelemetryGuard, Option<mpsc::Sender<()>>);
type MakeCase = Box<dyn Fn() -> Case>;
type Leave = fn(TelemetryGuard);

fn to(endpoint: &str) -> Case {
    let telemetry = builder().endpoint(endpoint).build();
    telemetry.record(&Run(1));
    (telemetry, None)
}

fn stuck(events: usize) -> Case {
    let (let_go, release) = mpsc::channel();
    let telemetry = builder()
        .transport(Stuck(release))
        .max_batch_events(1)
        .build();
    for number in 0..events {
        telemetry.record(&Run(number as i64));
    }
    (telemetry, Some(let_go))
}

/// Milliseconds beyond the deadline, sorted.
fn measure(case: &dyn Fn() -> Case, leave: Leave) -> Vec<f64> {
    let beyond = |_| {
        let (telemetry, _alive) = case();
        let start = Instant::now();
        leave(telemetry);
        (start.elapsed().as_secs_f64() - DEADLINE.as_secs_f64()) * 1e3
    };
    let mut times: Vec<_> = (0..TIMES).map(beyond).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn main() {
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let silent = Collector::answering(|_| ScriptedResponse::silence()).unwrap();
    let drip = || ScriptedResponse::status(200).drip(1, Duration::from_millis(50));
    let dripping = Collector::answering(move |_| drip()).unwrap();
    let hole = UnreachableEndpoint::black_hole();

    let mut cases: Vec<(&str, MakeCase)> = vec![
        ("refused", Box::new(move || to(&refusing.url()))),
        ("silent", Box::new(move || to(&silent.url()))),
        ("dripping", Box::new(move || to(&dripping.url()))),
        ("stuck worker", Box::new(|| stuck(1))),
        ("stuck worker, full queue", Box::new(|| stuck(1 << 16))),
    ];
    match hole {
        Ok(hole) => cases.insert(1, ("black hole", Box::new(move || to(&hole.url())))),
        Err(error) => println!("no black hole: {error}"),
    }
    let calls: [(&str, Leave); 2] = [
        ("shutdown", |telemetry| {
            let _ = telemetry.shutdown(DEADLINE);
            // Its drop finds the client ended, or would wait once more.
            std::mem::forget(telemetry);
        }),
        ("drop", drop),
    ];
    println!("ms beyond a deadline of {DEADLINE:?}, {TIMES} times each");
    let head = ["min", "median", "p99", "max"];
    let head: String = head.iter().map(|name| format!("{name:>10}")).collect();
    println!("{:<36}{head}", "");
    for (name, case) in &cases {
        for (call, leave) in calls {
            let times = measure(case, leave);
            let at = |part: usize| times.get(part * (TIMES - 1) / 100).copied().unwrap();
            let row: String = [0, 50, 99, 100]
                .map(|part| format!("{:>10.2}", at(part)))
                .concat();
            println!("{:<36}{row}", format!("{name}, {call}"));
        }
    }
}
