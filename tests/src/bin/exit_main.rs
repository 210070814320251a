//! A program that records events and returns from `main`, for tests that look from outside.
//!
//! Arguments: where it records (`plain`, `heartbeat` (with one running), `tokio-multi`,
//! `tokio-current`, `tokio-blocking`, `tokio-async`, `async-drop` or `async`), the endpoint, and for
//! how many seconds it may wait at its end: 500 ms by default. With `builds` as the
//! first argument it only builds a client, reports that and waits for the end of its input.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{
    future::Future,
    io,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use telemetry_runtime::{Client, Policy, Product, TelemetryEvent, TelemetryGuard};

/// One run.
#[derive(Clone, TelemetryEvent)]
#[event(name = "program_run", schema = "1.0")]
struct ProgramRun {
    /// Exit code.
    exit_code: i32,
}

static PROGRAM: Product = Product::new("exit-main").default_on(true);

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().unwrap_or_default();
    let endpoint = arguments.next().unwrap_or_default();
    let mut builder = Client::builder(&PROGRAM).env(|_| None).endpoint(endpoint);
    let mut budget = Duration::from_millis(500);
    if let Some(seconds) = arguments.next().and_then(|seconds| seconds.parse().ok()) {
        budget = Duration::from_secs(seconds);
        let patient = Policy::default().request_timeout(budget);
        builder = builder.exit_budget(budget).policy(patient);
    }
    let telemetry = builder.build();
    let tokio_runtime = |mut builder: tokio::runtime::Builder| builder.enable_all().build();
    let multi = tokio::runtime::Builder::new_multi_thread;
    match place.as_str() {
        "builds" => {
            println!("built");
            io::read_to_string(io::stdin())?;
        }
        "plain" => record_and_return(telemetry),
        "heartbeat" => {
            let event = ProgramRun::builder().exit_code(8).build();
            let started = telemetry.heartbeat(Duration::from_secs(600), event, |_, _| {});
            assert!(started || !telemetry.is_on());
            record_and_return(telemetry);
        }
        "tokio-multi" => tokio_runtime(multi())?.block_on(async { record_and_return(telemetry) }),
        "tokio-current" => tokio_runtime(tokio::runtime::Builder::new_current_thread())?
            .block_on(async { record_and_return(telemetry) }),
        "tokio-blocking" => tokio_runtime(multi())?.block_on(async {
            let blocking = tokio::task::spawn_blocking(|| record_and_return(telemetry));
            let _ = blocking.await;
        }),
        "tokio-async" => tokio_runtime(tokio::runtime::Builder::new_current_thread())?
            .block_on(record_and_wait(telemetry, budget)),
        "async-drop" => block_on(async { record_and_return(telemetry) }),
        "async" => block_on(record_and_wait(telemetry, budget)),
        other => return Err(io::Error::other(format!("no such place: {other}"))),
    }
    println!("left");
    Ok(())
}

fn record_and_return(telemetry: TelemetryGuard) {
    telemetry.record(&ProgramRun::builder().exit_code(7).build());
    drop(telemetry);
}

async fn record_and_wait(telemetry: TelemetryGuard, budget: Duration) {
    telemetry.record(&ProgramRun::builder().exit_code(7).build());
    let _ = telemetry.shutdown_async(budget).await;
}

/// The smallest of executors.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
