//! The program that the test counts. It repeats one piece of work the given number of times:
//!
//! `measured <work> <subject> <times>`
//!
//! It prints the allocations of the second half of the repetitions: those of the main thread, then
//! those of the other threads.

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
    Client, ClientBuilder, Product, TelemetryEvent, TelemetryGuard,
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

/// Records `count` events. The name is that of the rows "record" and "off".
#[inline(never)]
fn measured_record(client: &Client, event: &ProgramRun, count: usize) {
    for _ in 0..count {
        client.record(black_box(event));
    }
}

fn record(telemetry: &TelemetryGuard, count: usize) -> impl FnMut() {
    let (client, event) = (telemetry.client(), program_run());
    move || {
        measured_record(&client, &event, count);
        assert_eq!(
            client.flush(Duration::from_secs(60)),
            FlushOutcome::Complete
        );
    }
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
        panic!("usage: measured <work> <subject> <times>, not {arguments:?}");
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
            let telemetry = builder(LARGE).transport(NullTransport).disabled().build();
            repeat(times, record(&telemetry, BURST));
        }
        ("record", "on") => {
            let telemetry = builder(LARGE).transport(NullTransport).build();
            repeat(times, record(&telemetry, BURST));
            assert_eq!(telemetry.health().refused(), 0);
        }
        ("envelope", events) => repeat(times, envelope(events.parse().unwrap())),
        ("discard", batch) => {
            let batch = batch.parse().unwrap();
            let telemetry = builder(batch).transport(NullTransport).build();
            repeat(times, record(&telemetry, batch));
            assert_eq!(telemetry.health().refused(), 0);
        }
        ("send", batch) => {
            let batch = batch.parse().unwrap();
            let endpoint = env::var("ENDPOINT").unwrap();
            let telemetry = builder(batch).endpoint(endpoint).build();
            repeat(times, record(&telemetry, batch));
            assert_eq!(telemetry.health().refused(), 0);
        }
        _ => panic!("unknown work: {arguments:?}"),
    }
}
