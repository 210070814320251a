//! The one background thread: takes events from the queue, asks the core, sends.
//!
//! It starts with the first accepted event, sleeps without wake-ups while there is nothing to do,
//! and ends by itself after a shutdown. Nobody ever joins it: callers wait on the queue with their
//! own deadline. A panic in a transport costs at most the batch that caused it twice. While the
//! system refuses the thread, the worker stays in its slot and later calls try again.

pub(crate) mod schedule;

use std::{
    cell::Cell,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{heartbeat::Pulse, shared::Shared};
use crate::{
    delivery::{
        clock::Tick,
        core::{Core, partition::Context},
        epoch::Epoch,
        health::DropReason,
        loss::Reporter,
        queue::{arena::Taken, worker_side::Orders},
    },
    transport::{Failure, Outcome, Request, Transport},
    util::{catch_panic::guarded, sync::thread_local},
    wire::envelope::{EnvelopeContext, EnvelopeFrame},
};

/// TLS handshakes of a debug build need the most; only touched pages cost memory.
const STACK_BYTES: usize = 1024 * 1024;

/// The pause after a panic, doubled with each one in a row up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

thread_local! {
    static ON_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// True on a worker's thread, where recording would be telemetry about telemetry.
pub(crate) fn on_worker() -> bool {
    ON_WORKER.with(Cell::get)
}

/// What a worker is made of.
pub(crate) struct Seed {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) core: Core,
    pub(crate) context: EnvelopeContext,
    #[cfg(feature = "audit")]
    pub(crate) audit: Option<Arc<crate::audit::AuditLog>>,
    pub(crate) reporter: Option<Reporter>,
}

/// Starts the thread. On an error the worker stays where it was.
pub(crate) fn start(shared: &Arc<Shared>) -> io::Result<()> {
    let life = {
        let shared = Arc::clone(shared);
        move || run(&shared)
    };
    shared.threads.start("telemetry", STACK_BYTES, life)
}

fn run(shared: &Shared) {
    ON_WORKER.with(|flag| flag.set(true));
    // Whatever happens below, nobody waits for a thread that is gone.
    let mut end = End {
        shared,
        missed: true,
    };
    if let Some(mut worker) = shared.take_worker() {
        worker.work(shared);
        end.missed = worker.stop(shared);
        drop(end);
        // What is foreign goes after the callers were released: it may take its time, or panic.
        let _ = guarded(|| drop(worker));
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

pub(crate) struct Worker {
    seed: Seed,
    epoch: Epoch,
    taken: Taken,
    frames: Vec<(Context, EnvelopeFrame)>,
    pulse: Option<Pulse>,
    /// When it last looked for a refusal in the files.
    looked: Tick,
    /// Panics in a row.
    panics: u32,
    /// The deadline of the shutdown.
    ends: Option<Instant>,
    /// The last request could not be sent.
    unreachable: bool,
}

/// How a step ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// Another step follows.
    Continue,
    /// The client is shut down.
    End,
    /// Something panicked; the step is undone as far as it can be.
    Panicked,
}

impl Worker {
    pub(crate) fn new(seed: Seed) -> Self {
        Self {
            seed,
            epoch: 0,
            taken: Taken::default(),
            frames: Vec::new(),
            pulse: None,
            looked: Tick::ZERO,
            panics: 0,
            ends: None,
            unreachable: false,
        }
    }

    fn work(&mut self, shared: &Shared) {
        loop {
            match self.guarded_step(shared) {
                Flow::End => return,
                // No time is left for what panics on the way out.
                Flow::Panicked if self.ends.is_some() => return,
                Flow::Panicked => shared.queue.rest(self.pause()),
                Flow::Continue => {}
            }
        }
    }

    /// The pause after so many panics in a row.
    fn pause(&self) -> Duration {
        let doubled = 2_u32.saturating_pow(self.panics.saturating_sub(1));
        FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
    }

    fn guarded_step(&mut self, shared: &Shared) -> Flow {
        if let Some(flow) = guarded(|| self.step(shared)) {
            self.panics = 0;
            return flow;
        }
        self.panics = self.panics.saturating_add(1);
        let undone = guarded(|| {
            self.seed.core.panicked(shared.queue.clock.now());
            shared.queue.count_panic();
            self.publish(shared, None);
        });
        undone.map_or(Flow::End, |()| Flow::Panicked)
    }

    fn step(&mut self, shared: &Shared) -> Flow {
        let orders = self.await_orders(shared);
        let now = shared.queue.clock.now();
        let last_round = orders.shutdown.is_some() && self.ends.is_none();
        if orders.begin_round || last_round {
            self.seed.core.begin_round(now);
        }
        self.ends = orders.shutdown;
        if self.is_over(now) {
            return Flow::End;
        }
        // A program has no heartbeat after its end.
        let pulse = self.pulse.as_ref().filter(|_| orders.shutdown.is_none());
        let beats = pulse.is_some_and(|pulse| pulse.due() <= now);
        if self.is_refused(shared, now, beats) {
            return Flow::Continue;
        }
        if beats {
            self.beat(shared);
        }
        let outcome = self.send(shared);
        self.publish(shared, outcome);
        Flow::Continue
    }

    fn await_orders(&mut self, shared: &Shared) -> Orders {
        let queue = &shared.queue;
        let mut orders = loop {
            let needs = self.needs(shared);
            let orders = queue.orders(|| queue.clock.now(), needs, &mut self.taken);
            match orders.renewal {
                Some(renewal) => self.renew(shared, renewal),
                None => break orders,
            }
        };
        let Self {
            seed, taken, pulse, ..
        } = self;
        if let Some(started) = orders.pulse.take() {
            *pulse = Some(started);
        }
        if !taken.is_empty() {
            let core = &mut seed.core;
            let since = orders.since;
            while taken.read_next(|context, event| {
                // Every accepted event comes by here once, before anything of it is sent.
                #[cfg(feature = "audit")]
                if let Some(audit) = &seed.audit {
                    audit.append_event(event, shared.order);
                }
                core.ingest(since, context, event);
            }) {}
            queue.settle(core, taken);
        }
        orders
    }

    /// A shutdown ends with its deadline, or when nothing can be sent before it. What was put off
    /// is waited for, unless nobody is there: a machine without a network should not wait.
    fn is_over(&self, now: Tick) -> bool {
        let Some(until) = self.ends else {
            return false;
        };
        let left = until.saturating_duration_since(Instant::now());
        let in_time = |due: Tick| due < now.saturating_add(left);
        let core = &self.seed.core;
        let again = !self.unreachable && core.due().is_some_and(in_time);
        left.is_zero() || !(again || core.in_round())
    }

    /// Sends the batch that is due, if there is one.
    fn send(&mut self, shared: &Shared) -> Option<Outcome> {
        let clock = &shared.queue.clock;
        // The program may have refused meanwhile.
        if shared.standing.moment().epoch() != self.epoch {
            return None;
        }
        let Seed {
            core,
            transport,
            context: client,
            ..
        } = &mut self.seed;
        let deadline = Instant::now() + core.request_timeout();
        let deadline = self.ends.map_or(deadline, |end| end.min(deadline));
        let (context, batch) = core.next(clock.now())?;
        let frame = frame(&mut self.frames, client, context);
        let outcome = match frame.body(clock.wall(), batch.events()) {
            Some(body) => transport.send(&Request::new(&body, batch.len()), deadline),
            None => Outcome::NotSent(Failure::no_memory()),
        };
        core.answer(clock.now(), &outcome);
        self.unreachable = matches!(outcome, Outcome::NotSent(_));
        Some(outcome)
    }

    /// Drops and counts what is left; true when there was something.
    fn stop(&mut self, shared: &Shared) -> bool {
        let core = &mut self.seed.core;
        let current = shared.standing.moment().epoch() == self.epoch;
        let missed = current && core.held_events() > 0;
        // A bug here must not become the host's panic: whatever is left is counted at the end.
        let _ = guarded(|| core.abandon(DropReason::Shutdown));
        let _ = guarded(|| self.publish(shared, None));
        missed
    }

    /// Reports to the queue, and losses to the hook.
    fn publish(&mut self, shared: &Shared, outcome: Option<Outcome>) {
        let core = &self.seed.core;
        let published = shared.queue.publish(self.epoch, core, &self.taken, outcome);
        let Some(counters) = published else { return };
        let reporter = self.seed.reporter.as_mut();
        let queue = &shared.queue;
        if reporter.is_some_and(|reporter| !queue.watched(|| reporter.report(counters))) {
            queue.count_panic();
        }
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
