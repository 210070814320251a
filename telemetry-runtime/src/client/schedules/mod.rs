//! Explores the possible interleavings of the threads of a client and its host.
//!
//! ```sh
//! RUSTFLAGS="--cfg shuttle" cargo test -p telemetry-runtime --lib --release \
//!     --no-default-features --features derive,testing --target-dir target/schedules schedules
//! ```
//!
//! At every lock, wait and thread start another thread may continue. No timeout ever wakes a waiting
//! thread, so a missing wake-up causes a deadlock, which fails the test. Half of the schedules are
//! random; the other half have few switches at critical points (PCT).

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

use shuttle::{
    Config, Runner,
    scheduler::{PctScheduler, RandomScheduler},
    sync::mpsc,
};

use super::*;
use crate::{
    client::summary::Summary,
    delivery::health::DropReason,
    event::{descriptor::EventDescriptor, visitor::FieldVisitor},
    transport::{Outcome, Request, Transport, memory::MemoryTransport},
    util::sync::{Condvar, Mutex, thread},
};

mod refused_threads;
mod shards;
mod summary;

const SCHEDULES: usize = 50_000;
/// Longer than any test: this deadline never passes.
const NEVER: Duration = Duration::from_secs(24 * 3600);

fn explore(scenario: fn()) {
    let mut config = Config::new();
    // The worker formats and sends, which needs more stack than the default.
    config.stack_size = 512 * 1024;
    Runner::new(RandomScheduler::new(SCHEDULES), config.clone()).run(scenario);
    Runner::new(PctScheduler::new(4, SCHEDULES), config).run(scenario);
}

static TOOL: Product = Product::new("schedules").default_on(true);

#[derive(Default)]
struct Run(i64);

impl TelemetryEvent for Run {
    const EVENT_NAME: &'static str = "run";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor =
        &crate::__private::event_descriptor("run", "1.0", "", &[]).0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(",\"number\":", self.0);
    }
}

fn builder() -> ClientBuilder {
    Client::builder(&TOOL)
        .env(|_| None)
        .exit_budget(NEVER)
        .max_batch_events(2)
}

/// Runs `body` on `count` threads with their numbers, and returns when all have ended.
fn threads(count: i64, client: &Client, body: fn(&Client, i64)) {
    let start = |number| {
        let client = client.clone();
        thread::spawn(move || body(&client, number))
    };
    let threads: Vec<_> = (0..count).map(start).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[track_caller]
fn assert_conserved(client: &Client) {
    let health = client.health();
    let sum = health.delivered() + health.dropped() + health.held();
    assert_eq!(health.accepted(), sum, "{health:?}");
}

/// The numbers of all events that were sent, sorted.
fn sent(memory: &MemoryTransport) -> Vec<i64> {
    let mut numbers = Vec::new();
    for body in memory.bodies() {
        let text = String::from_utf8(body).unwrap();
        let pieces = text.split("\"number\":").skip(1);
        numbers.extend(pieces.map(|piece| {
            let digits = piece.split('}').next().unwrap();
            digits.parse::<i64>().unwrap()
        }));
    }
    numbers.sort_unstable();
    numbers
}

/// A full batch is sent without a flush: the worker was woken.
#[test]
fn a_full_batch_wakes_the_worker() {
    struct Reporting(mpsc::Sender<usize>);
    impl Transport for Reporting {
        fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
            let _ = self.0.send(request.events);
            Outcome::delivered()
        }
    }
    explore(|| {
        let (sender, receiver) = mpsc::channel();
        let telemetry = builder().transport(Reporting(sender)).build();
        threads(2, &telemetry, |client, number| {
            client.record(&Run(number));
            client.record(&Run(number));
        });
        assert_eq!(receiver.recv().unwrap(), 2);
        assert!(telemetry.shutdown(NEVER).is_complete());
        assert_eq!(telemetry.health().delivered(), 4);
    });
}

#[test]
fn every_flush_sends_the_events_recorded_before_it() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            assert!(client.flush(NEVER).is_complete());
            assert_conserved(client);
            client.record(&Run(number + 10));
            let _ = client.flush(Duration::ZERO);
        });
        drop(telemetry);
        assert_eq!(sent(&memory), [0, 1, 2, 10, 11, 12]);
    });
}

#[test]
fn concurrent_shutdowns_and_flushes_return_and_no_event_is_lost() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            if number == 0 {
                let _ = client.flush(NEVER);
            } else {
                assert!(client.shutdown(NEVER).is_complete());
            }
            client.record(&Run(number));
        });
        let client = telemetry.client();
        drop(telemetry);
        let health = client.health();
        assert_eq!(health.accepted() + health.refused(), 6);
        assert_eq!((health.held(), health.dropped()), (0, 0));
        assert_eq!(sent(&memory).len() as u64, health.delivered());
    });
}

/// Events are refused while the queue is full, and accepted again after a flush.
#[test]
fn a_full_queue_is_emptied_for_any_caller() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).queue_bytes(600).build();
        threads(2, &telemetry, |client, number| {
            for step in 0..4 {
                client.record(&Run(number * 10 + step));
            }
            assert!(client.flush(NEVER).is_complete());
            assert!(client.try_record(&Run(number * 10 + 4)).is_ok() || number < 2);
        });
        let client = telemetry.client();
        drop(telemetry);
        let health = client.health();
        assert_eq!(health.accepted() + health.refused(), 10);
        assert_eq!(sent(&memory).len() as u64, health.accepted());
        assert_eq!(health.delivered(), health.accepted());
    });
}

#[test]
fn a_transport_that_panics_blocks_no_caller() {
    /// Panics at the first request only, because without time only a flush ends the pause.
    struct Panicking(bool);
    impl Transport for Panicking {
        fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
            if !std::mem::replace(&mut self.0, true) {
                std::panic::resume_unwind(Box::new("scripted"));
            }
            Outcome::delivered()
        }
    }
    explore(|| {
        let telemetry = builder().transport(Panicking(false)).build();
        threads(2, &telemetry, |client, number| {
            client.record(&Run(number));
            while !client.flush(NEVER).is_complete() {}
            assert_conserved(client);
        });
        assert!(telemetry.shutdown(NEVER).is_complete());
        let health = telemetry.health();
        assert_eq!((health.delivered(), health.panics()), (2, 1));
    });
}

/// After an opt-out at most the current request continues, and no caller waits for dropped events.
#[test]
fn an_opt_out_ends_sending_immediately() {
    #[derive(Default)]
    struct Watch {
        opted_out: AtomicBool,
        late: AtomicUsize,
    }
    struct Watched(Arc<Watch>);
    impl Transport for Watched {
        fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
            if self.0.opted_out.load(Ordering::SeqCst) {
                self.0.late.fetch_add(1, Ordering::SeqCst);
            }
            // Other threads continue during the request.
            thread::yield_now();
            Outcome::delivered()
        }
    }
    explore(|| {
        let watch = Arc::<Watch>::default();
        let telemetry = builder().transport(Watched(Arc::clone(&watch))).build();
        let (client, opted_out) = (telemetry.client(), Arc::clone(&watch));
        let opting_out = thread::spawn(move || {
            client.record(&Run(0));
            client.opt_out();
            opted_out.opted_out.store(true, Ordering::SeqCst);
            assert_eq!(client.try_record(&Run(0)), Err(RecordError::Off));
        });
        threads(2, &telemetry, |client, number| {
            for _ in 0..3 {
                client.record(&Run(number));
            }
            let _ = client.flush(NEVER);
            client.record(&Run(number));
            assert_conserved(client);
        });
        opting_out.join().unwrap();
        assert!(watch.late.load(Ordering::SeqCst) <= 1);
        let _ = telemetry.shutdown(NEVER);
        let health = telemetry.health();
        assert_eq!(health.held(), 0);
        let lost = health.dropped_for(DropReason::OptedOut);
        assert_eq!(lost, health.dropped());
        assert_conserved(&telemetry);
    });
}

#[test]
fn a_flush_that_an_opt_out_ends_finds_telemetry_off() {
    /// Returns when the sender is dropped.
    struct Blocked(mpsc::Receiver<()>);
    impl Transport for Blocked {
        fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
            let _ = self.0.recv();
            Outcome::delivered()
        }
    }
    explore(|| {
        let (release, blocked) = mpsc::channel();
        let telemetry = builder().transport(Blocked(blocked)).build();
        telemetry.record(&Run(0));
        let client = telemetry.client();
        let opting_out = thread::spawn(move || client.opt_out());
        assert!(telemetry.flush(NEVER).is_complete());
        assert!(!telemetry.is_on());
        drop(release);
        opting_out.join().unwrap();
    });
}

#[test]
fn all_futures_are_woken() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            match number {
                0 => drop(client.flush_async(NEVER)),
                1 => assert!(block_on(client.flush_async(NEVER)).is_complete()),
                _ => assert!(block_on(client.shutdown_async(NEVER)).is_complete()),
            }
        });
        assert!(block_on(telemetry.shutdown_async(NEVER)).is_complete());
        let health = telemetry.health();
        assert_eq!(sent(&memory).len() as u64, health.accepted());
        assert_eq!(health.delivered(), health.accepted());
    });
}

/// Blocks until the future is ready.
fn block_on<F: Future>(future: F) -> F::Output {
    #[derive(Default)]
    struct Signal {
        woken: Mutex<bool>,
        changed: Condvar,
    }
    impl Wake for Signal {
        fn wake(self: Arc<Self>) {
            *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
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
        let mut woken = signal.woken.lock().unwrap();
        while !*woken {
            woken = signal.changed.wait(woken).unwrap();
        }
        *woken = false;
    }
}
