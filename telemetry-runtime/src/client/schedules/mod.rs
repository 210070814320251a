//! Explores how the threads of a client and of its host can interleave.
//!
//! ```sh
//! RUSTFLAGS="--cfg shuttle" cargo test -p telemetry-runtime --lib --release \
//!     --no-default-features --features derive,testing --target-dir target/schedules schedules
//! ```
//!
//! Every lock, wait and thread start is a point at which another thread may go on. There is no time
//! here: nobody who waits is ever woken by a timeout, so a wake-up that is missing shows as a
//! deadlock, which ends the test. Half of the schedules are random, half have few but nasty switches
//! (PCT).

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
    delivery::health::DropReason,
    event::{descriptor::EventDescriptor, visitor::FieldVisitor},
    transport::{Outcome, Request, Transport, memory::MemoryTransport},
    util::sync::{Condvar, Mutex, thread},
};

mod refused_threads;

const SCHEDULES: usize = 50_000;
/// Nobody looks at the clock so long.
const EVER: Duration = Duration::from_secs(24 * 3600);

fn explore(scenario: fn()) {
    let mut config = Config::new();
    // The worker formats and sends: more than a thread that only waits.
    config.stack_size = 512 * 1024;
    Runner::new(RandomScheduler::new(SCHEDULES), config.clone()).run(scenario);
    Runner::new(PctScheduler::new(4, SCHEDULES), config).run(scenario);
}

static TOOL: Product = Product::new("schedules").default_on(true);

struct Run(i64);

impl TelemetryEvent for Run {
    const EVENT_NAME: &'static str = "run";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new("run", "1.0", "", &[]);

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(",\"number\":", self.0);
    }
}

fn builder() -> ClientBuilder {
    Client::builder(&TOOL)
        .env(|_| None)
        .exit_budget(EVER)
        .max_batch_events(2)
}

/// Starts one thread for each number, and returns when all have ended.
fn threads(count: i64, client: &Client, life: fn(&Client, i64)) {
    let start = |number| {
        let client = client.clone();
        thread::spawn(move || life(&client, number))
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
    let mut limits = Vec::new();
    for body in memory.bodies() {
        let text = String::from_utf8(body).unwrap();
        let pieces = text.split("\"number\":").skip(1);
        limits.extend(pieces.map(|piece| {
            let digits = piece.split('}').next().unwrap();
            digits.parse::<i64>().unwrap()
        }));
    }
    limits.sort_unstable();
    limits
}

/// A batch that is full leaves without anybody's asking: the worker was woken.
#[test]
fn a_full_batch_wakes_the_worker() {
    struct Telling(mpsc::Sender<usize>);
    impl Transport for Telling {
        fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
            let _ = self.0.send(request.events);
            Outcome::delivered()
        }
    }
    explore(|| {
        let (tell, told) = mpsc::channel();
        let telemetry = builder().transport(Telling(tell)).build();
        threads(2, &telemetry, |client, number| {
            client.record(&Run(number));
            client.record(&Run(number));
        });
        assert_eq!(told.recv().unwrap(), 2);
        assert!(telemetry.shutdown(EVER).is_complete());
        assert_eq!(telemetry.health().delivered(), 4);
    });
}

#[test]
fn every_flush_sees_its_own_events_sent() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            assert!(client.flush(EVER).is_complete());
            assert_conserved(client);
            client.record(&Run(number + 10));
            let _ = client.flush(Duration::ZERO);
        });
        drop(telemetry);
        assert_eq!(sent(&memory), [0, 1, 2, 10, 11, 12]);
    });
}

#[test]
fn shutdowns_records_and_flushes_all_return_and_nothing_is_lost() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            if number == 0 {
                let _ = client.flush(EVER);
            } else {
                assert!(client.shutdown(EVER).is_complete());
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

/// What comes when the queue is full is refused, and there is room again after a flush.
#[test]
fn a_full_queue_empties_whoever_fills_it() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).queue_bytes(600).build();
        threads(2, &telemetry, |client, number| {
            for step in 0..4 {
                client.record(&Run(number * 10 + step));
            }
            assert!(client.flush(EVER).is_complete());
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
fn a_transport_that_panics_strands_nobody() {
    /// At the first request only: what ends a pause is time, or somebody who flushes.
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
            while !client.flush(EVER).is_complete() {}
            assert_conserved(client);
        });
        assert!(telemetry.shutdown(EVER).is_complete());
        let health = telemetry.health();
        assert_eq!((health.delivered(), health.panics()), (2, 1));
    });
}

/// After a refusal at most the request that is being made goes on, and nobody waits for events that
/// are gone.
#[test]
fn a_refusal_ends_everything_at_once() {
    #[derive(Default)]
    struct Watch {
        refused: AtomicBool,
        late: AtomicUsize,
    }
    struct Watched(Arc<Watch>);
    impl Transport for Watched {
        fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
            if self.0.refused.load(Ordering::SeqCst) {
                self.0.late.fetch_add(1, Ordering::SeqCst);
            }
            // Others go on while it is on its way.
            thread::yield_now();
            Outcome::delivered()
        }
    }
    explore(|| {
        let watch = Arc::<Watch>::default();
        let telemetry = builder().transport(Watched(Arc::clone(&watch))).build();
        let (client, refusal) = (telemetry.client(), Arc::clone(&watch));
        let refusing = thread::spawn(move || {
            client.record(&Run(0));
            client.opt_out();
            refusal.refused.store(true, Ordering::SeqCst);
            assert_eq!(client.try_record(&Run(0)), Err(RecordError::Off));
        });
        threads(2, &telemetry, |client, number| {
            for _ in 0..3 {
                client.record(&Run(number));
            }
            let _ = client.flush(EVER);
            client.record(&Run(number));
            assert_conserved(client);
        });
        refusing.join().unwrap();
        assert!(watch.late.load(Ordering::SeqCst) <= 1);
        let _ = telemetry.shutdown(EVER);
        let health = telemetry.health();
        assert_eq!(health.held(), 0);
        let lost = health.dropped_for(DropReason::OptedOut);
        assert_eq!(lost, health.dropped());
        assert_conserved(&telemetry);
    });
}

#[test]
fn a_flush_that_a_refusal_ends_finds_telemetry_off() {
    /// Answers when it is let go.
    struct Stuck(mpsc::Receiver<()>);
    impl Transport for Stuck {
        fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
            let _ = self.0.recv();
            Outcome::delivered()
        }
    }
    explore(|| {
        let (let_go, release) = mpsc::channel();
        let telemetry = builder().transport(Stuck(release)).build();
        telemetry.record(&Run(0));
        let client = telemetry.client();
        let refusing = thread::spawn(move || client.opt_out());
        assert!(telemetry.flush(EVER).is_complete());
        assert!(!telemetry.is_on());
        drop(let_go);
        refusing.join().unwrap();
    });
}

#[test]
fn futures_are_woken() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).build();
        threads(3, &telemetry, |client, number| {
            client.record(&Run(number));
            match number {
                0 => drop(client.flush_async(EVER)),
                1 => assert!(block_on(client.flush_async(EVER)).is_complete()),
                _ => assert!(block_on(client.shutdown_async(EVER)).is_complete()),
            }
        });
        assert!(block_on(telemetry.shutdown_async(EVER)).is_complete());
        let health = telemetry.health();
        assert_eq!(sent(&memory).len() as u64, health.accepted());
        assert_eq!(health.delivered(), health.accepted());
    });
}

/// Runs one future and nothing else.
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
