//! Cost of `record`, and of updating a summary, on the caller's thread. All rows run in one process, so their ratios are more
//! reliable than their absolute times.
//!
//! Run it with `cargo bench -p telemetry-runtime --bench record`. An argument selects one row, for a
//! profiler.
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    hint::black_box,
    sync::Barrier,
    thread,
    time::{Duration, Instant, SystemTime},
};

use telemetry_runtime::{
    Client, Product, TelemetryEvent, TelemetryGuard, descriptor::EventDescriptor,
    field::FieldVisitor, transport::NullTransport,
};

/// Counts the allocations of each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator is an unsafe trait")]
// SAFETY: every call is passed unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller upholds this function's contract, which is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds this function's contract, which is that of `System`.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller upholds this function's contract, which is that of `System`.
        unsafe { System.realloc(memory, layout, bytes) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

static TOOL: Product = Product::new("bench").default_on(true);

/// Twelve fields, 332 bytes encoded.
#[derive(Default)]
struct Run(i64);

impl TelemetryEvent for Run {
    const EVENT_NAME: &'static str = "benchmark_run";
    const SCHEMA_VERSION: &'static str = "1.0";
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("benchmark_run", "1.0", "", &[]).0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.quoted(",\"nemoSource\":", "\"benchmark\"");
        visitor.quoted(",\"command\":", "\"generate\"");
        visitor.quoted(",\"outcome\":", "\"success\"");
        visitor.integer(",\"durationMs\":", self.0);
        visitor.integer(",\"exitCode\":", 0);
        visitor.text(",\"model\":", "meta/llama-3.3-70b-instruct");
        visitor.text(",\"engine\":", "undefined");
        visitor.integer(",\"inputTokens\":", 4096);
        visitor.integer(",\"outputTokens\":", 512);
        visitor.boolean(",\"streaming\":", true);
        visitor.number(",\"temperature\":", 0.7);
        visitor.quoted(",\"fileCount\":", "\"6-10\"");
    }
}

fn client(on: bool, batch: usize) -> TelemetryGuard {
    let builder = Client::builder(&TOOL)
        .env(|_| None)
        .transport(NullTransport)
        .max_batch_events(batch);
    if on { builder } else { builder.disabled() }.build()
}

/// Events between two flushes: too few to fill the queue.
const BURST: u32 = 200;
/// Events in a batch. No batch is full before a flush, so the worker sleeps during a measurement.
const LARGE: usize = 1 << 20;
const BURSTS: usize = 1000;

/// Median nanoseconds per call of `work` over all bursts, and the allocations in the second half.
fn measure(mut work: impl FnMut(i64), mut between: impl FnMut()) -> (f64, u64) {
    let mut nanos = Vec::with_capacity(BURSTS);
    let mut allocations = 0;
    for burst in 0..BURSTS {
        let before = ALLOCATIONS.get();
        let start = Instant::now();
        for number in 0..BURST {
            work(black_box(i64::from(number)));
        }
        nanos.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(BURST));
        if burst >= BURSTS / 2 {
            allocations += ALLOCATIONS.get() - before;
        }
        between();
    }
    nanos.sort_by(f64::total_cmp);
    (nanos.get(BURSTS / 2).copied().unwrap(), allocations)
}

fn flush(client: &Client) {
    let _ = client.flush(Duration::from_secs(10));
}

fn record(threads: usize, batch: usize) -> (f64, u64) {
    let telemetry = client(true, batch);
    let shared = telemetry.client();
    let barrier = Barrier::new(threads);
    let run = || {
        let client = shared.clone();
        let between = || {
            if barrier.wait().is_leader() {
                flush(&client);
            }
            barrier.wait();
        };
        measure(|number| client.record(&Run(number)), between)
    };
    let results: Vec<_> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    });
    let health = telemetry.health();
    assert_eq!(
        health.refused(),
        0,
        "rejected events are cheaper and distort the result: {health:?}"
    );
    let nanos = results.iter().map(|result| result.0).sum::<f64>();
    let allocations = results.iter().map(|result| result.1).sum();
    (nanos / results.len() as f64, allocations)
}

/// Updates of one summary. No interval ends during a measurement.
fn summary(threads: usize, on: bool) -> (f64, u64) {
    let telemetry = client(on, LARGE);
    let counts = telemetry.summary::<Run>(Duration::from_secs(3600));
    let barrier = Barrier::new(threads);
    let run = || {
        let counts = counts.clone();
        let between = || _ = barrier.wait();
        measure(|number| counts.update(|run| run.0 += number), between)
    };
    let results: Vec<_> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    });
    assert_eq!(telemetry.health().refused(), 0);
    flush(&telemetry);
    assert_eq!(on, telemetry.health().accepted() > 0);
    let nanos = results.iter().map(|result| result.0).sum::<f64>();
    let allocations = results.iter().map(|result| result.1).sum();
    (nanos / results.len() as f64, allocations)
}

fn encode() -> (f64, u64) {
    // An event above the limit is encoded, then refused and counted.
    let telemetry = Client::builder(&TOOL)
        .env(|_| None)
        .transport(NullTransport)
        .max_event_bytes(100)
        .build();
    measure(|number| telemetry.record(&Run(number)), || ())
}

fn main() {
    let only = std::env::args().nth(1).filter(|arg| arg != "--bench");
    let off = client(false, 50);
    type Row<'a> = (&'a str, Box<dyn Fn() -> (f64, u64) + 'a>);
    let rows: [Row<'_>; 11] = [
        (
            "empty loop",
            Box::new(|| measure(|number| _ = black_box(number), || ())),
        ),
        (
            "off",
            Box::new(|| measure(|number| off.record(&Run(number)), || ())),
        ),
        (
            "clock",
            Box::new(|| measure(|_| _ = black_box(SystemTime::now()), || ())),
        ),
        ("clock and encode, rejected", Box::new(encode)),
        ("record, one thread", Box::new(|| record(1, LARGE))),
        ("record, two threads", Box::new(|| record(2, LARGE))),
        (
            "record, one thread, batches of 50",
            Box::new(|| record(1, 50)),
        ),
        ("record, four threads", Box::new(|| record(4, LARGE))),
        ("summary, off", Box::new(|| summary(1, false))),
        ("summary, one thread", Box::new(|| summary(1, true))),
        ("summary, eight threads", Box::new(|| summary(8, true))),
    ];
    println!("{:<36}{:>10}{:>14}", "", "ns/call", "allocations");
    let mut one_thread = None;
    for (name, run) in rows {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let (nanos, allocations) = run();
        let ratio = one_thread.map(|one: f64| format!("  {:.2} times one thread", nanos / one));
        if name == "record, one thread" {
            one_thread = Some(nanos);
        }
        let ratio = ratio.unwrap_or_default();
        println!("{name:<36}{nanos:>10.1}{allocations:>14}{ratio}");
    }
}
