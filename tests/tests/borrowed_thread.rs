//! Sending on the caller's thread, where the system refused the worker its own: also when that
//! thread belongs to an async runtime of the program.

#![allow(clippy::unwrap_used, reason = "support functions of tests")]

use std::time::{Duration, Instant};

use telemetry_runtime::{
    Client, Flushed, Product, Telemetry, TelemetryEvent,
    testing::Collector,
    transport::{FailureKind, HttpTransport, Outcome, Request, Transport},
};
use tokio::runtime::{Builder, Runtime};

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);

static TOOL: Product = Product::new("tool").default_on(true);

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "tool_run", schema = "1.0")]
struct ToolRun {
    /// Exit code.
    exit_code: i32,
}

fn runtimes() -> [Runtime; 2] {
    let build = |mut builder: Builder| builder.enable_all().build().unwrap();
    [
        build(Builder::new_current_thread()),
        build(Builder::new_multi_thread()),
    ]
}

fn without_a_thread(collector: &Collector) -> Telemetry {
    Client::builder(&TOOL)
        .environment(|_| None)
        .endpoint(collector.url())
        .refuse_threads(Duration::from_secs(3600), |_| true)
        .exit_budget(PATIENCE)
        .build()
}

#[test]
fn on_a_runtimes_thread_a_request_is_not_sent_and_loses_nothing() {
    for runtime in runtimes() {
        let collector = Collector::start().unwrap();
        let telemetry = without_a_thread(&collector);
        telemetry.record(&ToolRun::builder().exit_code(7).build());
        let flushed = runtime.block_on(async { telemetry.flush(PATIENCE) });
        assert_eq!(flushed, Flushed::Incomplete);
        let health = telemetry.health();
        assert_eq!((health.held, health.panics), (1, 0));
        let failure = health.last_failure.unwrap();
        assert_eq!(
            failure.to_string(),
            "the request could not be made: this thread belongs to an async runtime"
        );
        assert!(collector.requests().is_empty());
        // Outside of it the same client sends.
        assert_eq!(telemetry.flush(PATIENCE), Flushed::Complete);
        assert_eq!(collector.requests().len(), 1);
    }
}

#[test]
fn the_owner_dropped_on_a_runtimes_thread_does_not_panic() {
    for runtime in runtimes() {
        let collector = Collector::start().unwrap();
        let telemetry = without_a_thread(&collector);
        let client = telemetry.client();
        telemetry.record(&ToolRun::builder().exit_code(7).build());
        runtime.block_on(async { drop(telemetry) });
        let health = client.health();
        assert_eq!((health.panics, health.held, health.dropped()), (0, 0, 1));
    }
}

#[test]
fn a_transport_of_ones_own_says_so_too() {
    let collector = Collector::start().unwrap();
    let mut transport = HttpTransport::new(&collector.url()).unwrap();
    let mut send = || transport.send(&Request::new(b"{}", 1), Instant::now() + PATIENCE);
    for runtime in runtimes() {
        let Outcome::NotSent(failure) = runtime.block_on(async { send() }) else {
            unreachable!("nothing can be sent there");
        };
        assert_eq!(failure.kind, FailureKind::Setup);
        assert_eq!(send(), Outcome::delivered());
    }
}
