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

use super::{heartbeat::HeartbeatTimer, shared::Shared};
use crate::{
    delivery::{
        clock::MonoTime,
        core::{Core, partition::PartitionKey},
        epoch::Epoch,
        health::DropReason,
        loss::Reporter,
        queue::{arena::Drained, worker_side::Work},
    },
    transport::{Failure, Outcome, Request, Transport},
    util::{catch_panic::catch_panic, sync::thread_local},
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
pub(crate) struct WorkerParts {
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
        worker.run(shared);
        end.missed = worker.stop(shared);
        drop(end);
        // What is foreign goes after the callers were released: it may take its time, or panic.
        let _ = catch_panic(|| drop(worker));
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
    parts: WorkerParts,
    epoch: Epoch,
    drained: Drained,
    frames: Vec<(PartitionKey, EnvelopeFrame)>,
    timer: Option<HeartbeatTimer>,
    /// When it last looked for a refusal in the files.
    looked: MonoTime,
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
    pub(crate) fn new(parts: WorkerParts) -> Self {
        Self {
            parts,
            epoch: 0,
            drained: Drained::default(),
            frames: Vec::new(),
            timer: None,
            looked: MonoTime::ZERO,
            panics: 0,
            ends: None,
            unreachable: false,
        }
    }

    fn run(&mut self, shared: &Shared) {
        loop {
            match self.step_catching_panics(shared) {
                Flow::End => return,
                // No time is left for what panics on the way out.
                Flow::Panicked if self.ends.is_some() => return,
                Flow::Panicked => shared.queue.back_off(self.pause()),
                Flow::Continue => {}
            }
        }
    }

    /// The pause after so many panics in a row.
    fn pause(&self) -> Duration {
        let doubled = 2_u32.saturating_pow(self.panics.saturating_sub(1));
        FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
    }

    fn step_catching_panics(&mut self, shared: &Shared) -> Flow {
        if let Some(flow) = catch_panic(|| self.step(shared)) {
            self.panics = 0;
            return flow;
        }
        self.panics = self.panics.saturating_add(1);
        let undone = catch_panic(|| {
            self.parts.core.panicked(shared.queue.clock.now());
            shared.queue.count_panic();
            self.publish(shared, None);
        });
        undone.map_or(Flow::End, |()| Flow::Panicked)
    }

    fn step(&mut self, shared: &Shared) -> Flow {
        let work = self.await_work(shared);
        let now = shared.queue.clock.now();
        let last_round = work.shutdown.is_some() && self.ends.is_none();
        if work.begin_round || last_round {
            self.parts.core.begin_round(now);
        }
        self.ends = work.shutdown;
        if self.is_over(now) {
            return Flow::End;
        }
        // A program has no heartbeat after its end.
        let timer = self.timer.as_ref().filter(|_| work.shutdown.is_none());
        let beats = timer.is_some_and(|timer| timer.due() <= now);
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

    fn await_work(&mut self, shared: &Shared) -> Work {
        let queue = &shared.queue;
        let mut work = loop {
            let wait_for = self.wait_for(shared);
            let work = queue.next_work(|| queue.clock.now(), wait_for, &mut self.drained);
            match work.epoch_change {
                Some(epoch_change) => self.change_epoch(shared, epoch_change),
                None => break work,
            }
        };
        let Self {
            parts,
            drained,
            timer,
            ..
        } = self;
        if let Some(started) = work.timer.take() {
            *timer = Some(started);
        }
        if !drained.is_empty() {
            let core = &mut parts.core;
            let since = work.since;
            while drained.read_next(|context, event| {
                // Every accepted event comes by here once, before anything of it is sent.
                #[cfg(feature = "audit")]
                if let Some(audit) = &parts.audit {
                    audit.append_event(event, shared.order);
                }
                core.ingest(since, context, event);
            }) {}
            queue.return_chunks(core, drained);
        }
        work
    }

    /// A shutdown ends with its deadline, or when nothing can be sent before it. What was put off
    /// is waited for, unless nobody is there: a machine without a network should not wait.
    fn is_over(&self, now: MonoTime) -> bool {
        let Some(until) = self.ends else {
            return false;
        };
        let left = until.saturating_duration_since(Instant::now());
        let in_time = |due: MonoTime| due < now.saturating_add(left);
        let core = &self.parts.core;
        let again = !self.unreachable && core.due().is_some_and(in_time);
        left.is_zero() || !(again || core.in_round())
    }

    /// Sends the batch that is due, if there is one.
    fn send(&mut self, shared: &Shared) -> Option<Outcome> {
        let clock = &shared.queue.clock;
        // The program may have refused meanwhile.
        if shared.switch.state().epoch() != self.epoch {
            return None;
        }
        let WorkerParts {
            core,
            transport,
            context: client,
            ..
        } = &mut self.parts;
        let deadline = Instant::now() + core.request_timeout();
        let deadline = self.ends.map_or(deadline, |end| end.min(deadline));
        let (context, batch) = core.next(clock.now())?;
        let frame = frame(&mut self.frames, client, context);
        let outcome = match frame.body(clock.wall(), batch.events()) {
            Some(body) => transport.send(&Request::new(&body, batch.len()), deadline),
            None => Outcome::NotSent(Failure::no_memory()),
        };
        core.on_outcome(clock.now(), &outcome);
        self.unreachable = matches!(outcome, Outcome::NotSent(_));
        Some(outcome)
    }

    /// Drops and counts what is left; true when there was something.
    fn stop(&mut self, shared: &Shared) -> bool {
        let core = &mut self.parts.core;
        let current = shared.switch.state().epoch() == self.epoch;
        let missed = current && core.held_events() > 0;
        // A bug here must not become the host's panic: whatever is left is counted at the end.
        let _ = catch_panic(|| core.drop_all(DropReason::Shutdown));
        let _ = catch_panic(|| self.publish(shared, None));
        missed
    }

    /// Reports to the queue, and losses to the hook.
    fn publish(&mut self, shared: &Shared, outcome: Option<Outcome>) {
        let core = &self.parts.core;
        let published = shared
            .queue
            .publish(self.epoch, core, &self.drained, outcome);
        let Some(counters) = published else { return };
        let reporter = self.parts.reporter.as_mut();
        let queue = &shared.queue;
        if reporter.is_some_and(|reporter| !queue.time_hook(|| reporter.report(counters))) {
            queue.count_panic();
        }
    }
}

/// The text around the events in envelopes of `context`, rendered at its first use.
fn frame<'f>(
    frames: &'f mut Vec<(PartitionKey, EnvelopeFrame)>,
    client: &EnvelopeContext,
    context: PartitionKey,
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
