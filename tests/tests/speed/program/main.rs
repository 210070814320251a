//! The program that the test counts. It repeats one piece of work the given number of times:
//!
//! `speed <work> <subject> <times>`
//!
//! It prints two numbers: allocations of the main thread and of the other threads in the second half
//! of the repetitions. The work `bytes` prints the size of the recorded event instead.

mod allocations;
mod event;
#[path = "../../../../telemetry-runtime/benches/encode/events.rs"]
#[allow(dead_code, reason = "the benchmark also encodes the events with serde")]
mod events;

use std::{
    env,
    hint::black_box,
    time::{Duration, UNIX_EPOCH},
};

use telemetry_runtime::{
    Client, ClientBuilder, Product, TelemetryEvent,
    envelope::{EnvelopeBuilder, EnvelopeContext},
    health::FlushOutcome,
    transport::NullTransport,
};

use self::event::{ProgramRun, program_run};

static PRODUCT: Product = Product::new("speed").default_on(true);

/// Events that are recorded between two flushes.
const BURST: usize = 200;
/// No batch is full before a flush.
const LARGE: usize = 1 << 20;

fn builder(batch: usize) -> ClientBuilder {
    Client::builder(&PRODUCT)
        .env(|_| None)
        .flush_interval(Duration::from_secs(3600))
        .max_batch_events(batch)
}

/// Records `count` events. Valgrind finds this function by its name.
#[inline(never)]
fn measured_record(client: &Client, event: &ProgramRun, count: usize) {
    for _ in 0..count {
        client.record(black_box(event));
    }
}

/// Repeatedly records `count` events and flushes them.
fn record(times: usize, builder: ClientBuilder, count: usize) {
    let (telemetry, event) = (builder.build(), program_run());
    repeat(times, || {
        measured_record(&telemetry, &event, count);
        let flushed = telemetry.flush(Duration::from_secs(60));
        assert_eq!(flushed, FlushOutcome::Complete);
    });
    assert_eq!(telemetry.health().refused(), 0);
}

fn encode<E: TelemetryEvent>(event: E) -> impl FnMut() {
    let mut buffer = vec![0; 4096];
    move || {
        let written = black_box(&event).parameters().write(&mut buffer);
        assert!(written.is_some());
        black_box(&buffer);
    }
}

fn envelope_of(events: usize) -> EnvelopeBuilder {
    let context = EnvelopeContext::new("000000000000000").schema_version("1.0");
    let mut envelope = EnvelopeBuilder::new(context);
    for _ in 0..events {
        assert!(envelope.push(&program_run(), UNIX_EPOCH).is_ok());
    }
    envelope
}

fn envelope(events: usize) -> impl FnMut() {
    let envelope = envelope_of(events);
    move || assert!(black_box(&envelope).build(UNIX_EPOCH).is_ok())
}

/// Prints the allocations of the second half.
fn repeat(times: usize, mut work: impl FnMut()) {
    for _ in 0..times / 2 {
        work();
    }
    let before = allocations::counts();
    for _ in times / 2..times {
        work();
    }
    let after = allocations::counts();
    let caller = after.0 - before.0;
    println!("{caller} {}", after.1 - before.1 - caller);
}

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [work, subject, times] = &*arguments else {
        panic!("usage: speed <work> <subject> <times>, not {arguments:?}");
    };
    let times: usize = times.parse().unwrap();
    match (work.as_str(), subject.as_str()) {
        ("bytes", _) => {
            let bodies = [1, 2].map(|events| envelope_of(events).build(UNIX_EPOCH).unwrap().len());
            // Without the comma between them.
            println!("{}", bodies[1] - bodies[0] - 1);
        }
        ("encode", "C") => repeat(times, encode(events::command())),
        ("encode", "G") => repeat(times, encode(events::usage())),
        ("encode", "A") => repeat(times, encode(events::run())),
        ("encode", "18") => repeat(times, encode(program_run())),
        ("record", "off") => {
            record(
                times,
                builder(LARGE).transport(NullTransport).disabled(),
                BURST,
            );
        }
        ("record", "on") => record(times, builder(LARGE).transport(NullTransport), BURST),
        ("envelope", events) => repeat(times, envelope(events.parse().unwrap())),
        ("discard", batch) => {
            let batch = batch.parse().unwrap();
            record(times, builder(batch).transport(NullTransport), batch);
        }
        ("send", batch) => {
            let batch = batch.parse().unwrap();
            let endpoint = env::var("ENDPOINT").unwrap();
            record(times, builder(batch).endpoint(endpoint), batch);
        }
        _ => panic!("unknown work: {arguments:?}"),
    }
}
