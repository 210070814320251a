//! The libraries that record the same event, each set up as its documentation recommends.

pub(crate) mod metrique;
pub(crate) mod opentelemetry;
pub(crate) mod ours;
pub(crate) mod posthog;
pub(crate) mod sentry;
pub(crate) mod tracing;

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{collector::Collector, measure::clock::thread_cpu};

/// A library that records the event of 18 fields.
pub(crate) trait Recorder: Sync {
    fn record(&self, number: u32);

    /// Waits until the events that were recorded have left the library.
    fn settle(&self);

    /// Events that left the library since its start.
    fn delivered(&self) -> u64;

    /// Nanoseconds of this number of calls.
    fn burst(&self, calls: u32) -> f64 {
        let start = Instant::now();
        for number in 0..calls {
            self.record(black_box(number));
        }
        start.elapsed().as_secs_f64() * 1e9
    }

    /// Nanoseconds of each call, when a call is made at most every `gap`.
    fn paced(&self, calls: u32, gap: Duration) -> Vec<f64> {
        let mut next = Instant::now();
        let mut times = Vec::with_capacity(calls as usize);
        for number in 0..calls {
            while Instant::now() < next {
                std::hint::spin_loop();
            }
            let start = Instant::now();
            self.record(black_box(number));
            times.push(start.elapsed().as_secs_f64() * 1e9);
            next = start + gap;
        }
        times
    }
}

/// A recorder, its name, and the events that were given to it.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) recorder: Box<dyn Recorder>,
    recorded: AtomicU64,
}

impl Peer {
    pub(crate) fn new(name: &'static str, recorder: impl Recorder + 'static) -> Self {
        Self {
            name,
            recorder: Box::new(recorder),
            recorded: AtomicU64::new(0),
        }
    }

    /// Counts calls that are made to the recorder.
    pub(crate) fn calls(&self, calls: u32) -> u32 {
        self.recorded.fetch_add(u64::from(calls), SeqCst);
        calls
    }

    /// Nanoseconds per call, and nanoseconds of CPU time of this thread per call.
    pub(crate) fn timed(&self, calls: u32) -> (f64, f64) {
        let start = thread_cpu();
        let nanos = self.recorder.burst(self.calls(calls));
        let cpu = thread_cpu() - start;
        (nanos / f64::from(calls), cpu / f64::from(calls))
    }

    /// Events that were recorded and never left the library.
    pub(crate) fn lost(&self) -> u64 {
        self.recorder.settle();
        let recorded = self.recorded.load(SeqCst);
        let deadline = Instant::now() + Duration::from_secs(2);
        loop {
            let lost = recorded.saturating_sub(self.recorder.delivered());
            if lost == 0 || Instant::now() > deadline {
                return lost;
            }
            // The collector counts a request after its answer.
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// All libraries. Each is idle until it is measured.
pub(crate) fn all(collector: &Arc<Collector>) -> Vec<Peer> {
    let sentry = Arc::new(sentry::Sentry::start());
    vec![
        Peer::new(OURS, ours::Ours::discarding(LARGE)),
        Peer::new("this library, batches of 50", ours::Ours::discarding(50)),
        Peer::new("metrique, `append_on_drop`", metrique::Metrique::start()),
        Peer::new(
            "opentelemetry_sdk, batch log processor, encodes nothing",
            opentelemetry::OpenTelemetry::counting(),
        ),
        Peer::new(
            "opentelemetry-otlp, protobuf",
            opentelemetry::OpenTelemetry::encoding(),
        ),
        Peer::new(
            "tracing, JSON, non-blocking writer",
            tracing::Tracing::start(),
        ),
        Peer::new("sentry, log", sentry::Logs(sentry.clone())),
        Peer::new("sentry, event", sentry::Events(sentry)),
        Peer::new("posthog-rs, `capture`", posthog::PostHog::start(collector)),
    ]
}

pub(crate) const OURS: &str = "this library";
/// Events in a batch that is never full, so that the worker sleeps.
pub(crate) const LARGE: usize = 1 << 20;

/// Counts the lines that a library writes, and discards them.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<AtomicU64>);

impl Lines {
    pub(crate) fn count(&self) -> u64 {
        self.0.load(SeqCst)
    }

    /// Waits at most five seconds for this number of lines.
    pub(crate) fn wait_for(&self, lines: u64) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.count() < lines && Instant::now() < deadline {
            thread::sleep(Duration::from_micros(200));
        }
    }
}

impl std::io::Write for Lines {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        let lines = memchr::memchr_iter(b'\n', text).count() as u64;
        self.0.fetch_add(lines, SeqCst);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
