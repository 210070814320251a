//! What a host may rely on while events are delivered: from every thread, in every runtime, with
//! every misfortune of the worker. No sleeps, no thresholds: a patience that only fails a test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

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

mod capture;
mod clock;
mod exit;
mod futures;
mod heartbeat;
mod hook;
mod mayhem;
mod panics;
mod strange_places;
mod stress;
mod threads;

const PATIENCE: Duration = Duration::from_secs(60);

static TOOL: Product = Product::new("my-tool").default_on(true);

fn builder() -> ClientBuilder {
    Client::builder(&TOOL).env(|_| None)
}

struct Run(i64);

impl TelemetryEvent for Run {
    const EVENT_NAME: &'static str = "run";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new("run", "1.0", "", &[]);

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(",\"number\":", self.0);
    }
}

/// The numbers of the `run` events in bodies, in order.
fn numbers(bodies: &[Vec<u8>]) -> Vec<i64> {
    let numbers = |body: &Vec<u8>| {
        let text = String::from_utf8(body.clone()).unwrap();
        let pieces = text.split("\"number\":").skip(1);
        let number = |piece: &str| piece.split('}').next().unwrap().parse().unwrap();
        pieces.map(number).collect::<Vec<i64>>()
    };
    bodies.iter().flat_map(numbers).collect()
}

#[track_caller]
fn assert_conserved(client: &Client) {
    let health = client.health();
    let sum = health.delivered() + health.dropped() + health.held();
    assert_eq!(health.accepted(), sum, "{health:?}");
}

/// A transport that is a closure.
struct Script<F>(F);

impl<F: FnMut(&Request<'_>) -> Outcome + Send + 'static> Transport for Script<F> {
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        (self.0)(request)
    }
}

/// Says when a request is made and answers only when told to.
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

/// Panics without the panic hook: a test should not shout.
fn scripted_panic() -> ! {
    std::panic::resume_unwind(Box::new("scripted"))
}

/// Runs one future and nothing else, as the smallest of executors does.
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
        assert!(!timeout.timed_out(), "nobody woke the future");
        *woken = false;
    }
}
