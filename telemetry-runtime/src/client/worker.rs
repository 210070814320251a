//! The one background thread: takes events from the queue, asks the core, sends.
//!
//! It starts with the first accepted event, sleeps without wake-ups while there is nothing to do,
//! and ends by itself after a shutdown. Nobody ever joins it: callers wait on the queue with their
//! own deadline. A panic in a transport costs at most the batch that caused it twice.

use std::{
    cell::Cell,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::{Instant, SystemTime},
};

use super::{
    Shared, arena::Arena, batch::Tick, core::Core, health::DropReason, lane::Context, queue::Orders,
};
use crate::{
    EnvelopeContext,
    envelope::EnvelopeFrame,
    transport::{Outcome, Request, Transport},
};

/// TLS handshakes of a debug build need the most; only touched pages cost memory.
const STACK_BYTES: usize = 1024 * 1024;

/// Panics in a row after which the worker gives up: only a bug of its own can cause so many.
const MAX_PANICS: u32 = 8;

thread_local! {
    static ON_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// True on a worker thread, where recording would be telemetry about telemetry.
pub(crate) fn on_worker() -> bool {
    ON_WORKER.get()
}

/// What a worker is made of, kept by the client until the thread starts.
pub(crate) struct Seed {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) core: Core,
    pub(crate) context: EnvelopeContext,
    pub(crate) arena_keeps: usize,
    #[cfg(feature = "audit")]
    pub(crate) audit: Option<Arc<crate::AuditLog>>,
}

/// Starts the thread. On an error the seed stays where it was.
pub(crate) fn start(shared: &Arc<Shared>) -> io::Result<()> {
    let shared = Arc::clone(shared);
    let thread = thread::Builder::new()
        .name("telemetry".to_owned())
        .stack_size(STACK_BYTES);
    thread.spawn(move || run(&shared)).map(drop)
}

fn run(shared: &Shared) {
    ON_WORKER.set(true);
    // Whatever happens below, nobody waits for a thread that is gone.
    let mut end = End {
        shared,
        missed: true,
    };
    if let Some(seed) = shared.take_seed() {
        let mut worker = Worker::new(shared, seed);
        worker.work();
        end.missed = worker.missed;
        // The transport is dropped after the callers were released: it may take its time.
        drop(end);
    }
}

struct End<'a> {
    shared: &'a Shared,
    missed: bool,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.shared.queue.finish(self.missed);
    }
}

struct Worker<'a> {
    shared: &'a Shared,
    seed: Seed,
    started: Instant,
    taken: Arena,
    frames: Vec<(Context, EnvelopeFrame)>,
    stopping: bool,
    missed: bool,
}

#[derive(PartialEq, Eq)]
enum Flow {
    Continue,
    End,
}

impl<'a> Worker<'a> {
    fn new(shared: &'a Shared, seed: Seed) -> Self {
        Self {
            shared,
            seed,
            started: Instant::now(),
            taken: Arena::default(),
            frames: Vec::new(),
            stopping: false,
            missed: false,
        }
    }

    fn work(&mut self) {
        let mut panics = 0;
        while panics < MAX_PANICS {
            match catch_unwind(AssertUnwindSafe(|| self.step())) {
                Ok(Flow::Continue) => panics = 0,
                Ok(Flow::End) => return,
                Err(payload) => {
                    // Its destructor is foreign code that could panic again.
                    std::mem::forget(payload);
                    panics += 1;
                    self.seed.core.panicked(self.now());
                    self.shared.queue.publish(&self.seed.core, None);
                }
            }
        }
        self.stop(DropReason::Quarantined);
    }

    fn step(&mut self) -> Flow {
        let orders = self.await_orders();
        let now = self.now();
        let last_round = orders.shutdown.is_some() && !self.stopping;
        if orders.begin_round || last_round {
            self.seed.core.begin_round(now);
        }
        self.stopping |= last_round;
        if self.is_over(&orders) {
            self.stop(DropReason::Shutdown);
            return Flow::End;
        }
        let outcome = self.send(now, orders.shutdown);
        self.shared.queue.publish(&self.seed.core, outcome);
        Flow::Continue
    }

    fn await_orders(&mut self) -> Orders {
        let started = self.started;
        let clock = || started.elapsed();
        let queue = &self.shared.queue;
        let orders = queue.orders(clock, &self.seed.core, &mut self.taken);
        #[cfg(feature = "audit")]
        self.log_taken();
        for (context, event) in self.taken.events() {
            self.seed.core.ingest(orders.since, context, event);
        }
        self.taken.clear(self.seed.arena_keeps);
        orders
    }

    /// Every accepted event comes by here once, before anything of it is sent.
    #[cfg(feature = "audit")]
    fn log_taken(&self) {
        if let Some(audit) = &self.seed.audit {
            let events = self.taken.events();
            events.for_each(|(_, event)| audit.append_event(event, self.shared.order));
        }
    }

    fn is_over(&self, orders: &Orders) -> bool {
        let passed = |until: Instant| until <= Instant::now();
        orders.shutdown.is_some_and(passed) || (self.stopping && !self.seed.core.in_round())
    }

    /// Sends the batch that is due, if there is one.
    fn send(&mut self, now: Tick, shutdown: Option<Instant>) -> Option<Outcome> {
        let Seed {
            core,
            transport,
            context: client,
            ..
        } = &mut self.seed;
        let deadline = Instant::now() + core.request_timeout();
        let deadline = shutdown.map_or(deadline, |shutdown| shutdown.min(deadline));
        let (context, batch) = core.next(now)?;
        let frame = frame(&mut self.frames, client, context);
        let body = frame.body(SystemTime::now(), batch.events()).ok()?;
        let outcome = transport.send(&Request::new(&body, batch.len()), deadline);
        core.answer(self.started.elapsed(), &outcome);
        Some(outcome)
    }

    fn stop(&mut self, reason: DropReason) {
        self.missed = self.seed.core.held_events() > 0;
        self.seed.core.abandon(reason);
        self.shared.queue.publish(&self.seed.core, None);
    }

    fn now(&self) -> Tick {
        self.started.elapsed()
    }
}

/// The text around the events in envelopes of `context`, rendered at its first use.
fn frame<'f>(
    frames: &'f mut Vec<(Context, EnvelopeFrame)>,
    client: &EnvelopeContext,
    context: Context,
) -> &'f EnvelopeFrame {
    let known = frames.iter().position(|(known, _)| *known == context);
    let index = known.unwrap_or_else(|| {
        let rendered = EnvelopeFrame::render(&client.clone().schema_version(context));
        frames.push((context, rendered));
        frames.len() - 1
    });
    #[expect(clippy::indexing_slicing, reason = "found or pushed just above")]
    &frames[index].1
}
