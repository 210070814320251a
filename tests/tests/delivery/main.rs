//! Promises to the host while events are recorded and delivered: from every thread, in every async
//! runtime, and under every fault of the worker.
//! No test sleeps or depends on the duration of a step; a deadline only ends a test that fails.
//! "Row 38" and names that start with `row_38` refer to that row of `tests/FAULTS.md`.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Condvar, Mutex, mpsc},
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, ClientBuilder, Product, TelemetryEvent,
    descriptor::EventDescriptor,
    field::FieldVisitor,
    transport::{Outcome, Request, Transport},
};
use telemetry_tests::client::{PATIENCE, Run, assert_conserved, builder};

mod capture;
mod client;
mod clock;
mod exit;
mod futures;
mod heartbeat;
mod http_in_async_runtime;
mod limit;
mod loss_hook;
mod panics;
mod random_operations;
mod record_at;
mod spool;
mod stress;
mod summary;
mod threads;
mod unusual_contexts;

/// The numbers of the `run` events in bodies, in order.
fn numbers(bodies: &[Vec<u8>]) -> Vec<i64> {
    let texts = bodies.iter().map(|body| String::from_utf8_lossy(body));
    texts
        .flat_map(|text| telemetry_tests::client::numbers(&text))
        .collect()
}

/// A transport that is a closure.
struct Script<F>(F);

impl<F: FnMut(&Request<'_>) -> Outcome + Send + 'static> Transport for Script<F> {
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        (self.0)(request)
    }
}

/// Signals each request and answers only when released.
fn stuck() -> (impl Transport, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (entered, in_send) = mpsc::channel();
    let (let_go, release) = mpsc::channel();
    let script = Script(move |_: &Request<'_>| {
        let _ = entered.send(());
        let _ = release.recv();
        Outcome::delivered()
    });
    (script, in_send, let_go)
}

/// Panics without the panic hook, so the test prints nothing.
fn scripted_panic() -> ! {
    std::panic::resume_unwind(Box::new("scripted"))
}

/// Runs one future, as a minimal executor does.
fn block_on<F: Future>(future: F) -> F::Output {
    #[derive(Default)]
    struct Signal {
        woken: Mutex<bool>,
        changed: Condvar,
    }
    impl Wake for Signal {
        fn wake(self: Arc<Self>) {
            *self.woken.lock().unwrap() = true;
            self.changed.notify_one();
        }
    }
    let signal = Arc::new(Signal::default());
    let waker = Waker::from(Arc::clone(&signal));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let woken = signal.woken.lock().unwrap();
        let waiting = signal
            .changed
            .wait_timeout_while(woken, PATIENCE, |woken| !*woken);
        let (mut woken, timeout) = waiting.unwrap();
        assert!(!timeout.timed_out(), "the future was not woken");
        *woken = false;
    }
}
