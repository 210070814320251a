//! Time by which `shutdown` and the drop of the owner exceed their deadline, for each kind of
//! unresponsive endpoint.
//!
//! Run it with `cargo bench -p telemetry-runtime --features testing --bench exit`. A negative value
//! means that the call returned before its deadline. The goal is at most 10 ms.
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use telemetry_runtime::{
    ClientBuilder, TelemetryGuard,
    testing::{Collector, ScriptedResponse, UnreachableEndpoint},
    transport::{Outcome, Request, Transport},
};

#[path = "../tests/support/mod.rs"]
mod support;

use self::support::Run;

const DEADLINE: Duration = Duration::from_millis(100);
const TIMES: usize = 100;

/// Blocks in `send` until the sender of its channel is dropped.
struct Stuck(mpsc::Receiver<()>);

impl Transport for Stuck {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let _ = self.0.recv();
        Outcome::delivered()
    }
}

fn builder() -> ClientBuilder {
    support::builder().exit_budget(DEADLINE)
}

/// A client with events to send, and the sender that keeps a [`Stuck`] transport blocked.
type Case = (TelemetryGuard, Option<mpsc::Sender<()>>);
type MakeCase = Box<dyn Fn() -> Case>;
type Exit = fn(TelemetryGuard);

fn to(endpoint: &str) -> Case {
    let telemetry = builder().endpoint(endpoint).build();
    telemetry.record(&Run(1));
    (telemetry, None)
}

fn stuck(events: usize) -> Case {
    let (release, released) = mpsc::channel();
    let telemetry = builder()
        .transport(Stuck(released))
        .max_batch_events(1)
        .build();
    for number in 0..events {
        telemetry.record(&Run(number as i64));
    }
    (telemetry, Some(release))
}

/// Milliseconds beyond the deadline, sorted.
fn measure(case: &dyn Fn() -> Case, exit: Exit) -> Vec<f64> {
    let beyond = |_| {
        let (telemetry, _alive) = case();
        let start = Instant::now();
        exit(telemetry);
        (start.elapsed().as_secs_f64() - DEADLINE.as_secs_f64()) * 1e3
    };
    let mut times: Vec<_> = (0..TIMES).map(beyond).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn main() {
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let silent = Collector::with_handler(|_| ScriptedResponse::silence()).unwrap();
    let drip = || ScriptedResponse::status(200).drip(1, Duration::from_millis(50));
    let dripping = Collector::with_handler(move |_| drip()).unwrap();
    let hole = UnreachableEndpoint::black_hole();

    let mut cases: Vec<(&str, MakeCase)> = vec![
        ("refused connection", Box::new(move || to(&refusing.url()))),
        ("no response", Box::new(move || to(&silent.url()))),
        ("slow response", Box::new(move || to(&dripping.url()))),
        ("stuck worker", Box::new(|| stuck(1))),
        ("stuck worker, full queue", Box::new(|| stuck(1 << 16))),
    ];
    match hole {
        Ok(hole) => cases.insert(1, ("black hole", Box::new(move || to(&hole.url())))),
        Err(error) => println!("black hole skipped: {error}"),
    }
    let calls: [(&str, Exit); 2] = [
        ("shutdown", |telemetry| {
            let _ = telemetry.shutdown(DEADLINE);
            // Without the drop: it would add its own wait.
            std::mem::forget(telemetry);
        }),
        ("drop", drop),
    ];
    println!("ms beyond a deadline of {DEADLINE:?}, {TIMES} calls each");
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
