//! A program whose allocator can be set to refuse all requests from a given size on.
//!
//! It shows where the client asks for memory of a size that grows with the host's events, and that
//! a refusal costs events and nothing else. With the argument `huge` it shows the memory that an
//! event takes at most, for any input. It ends with an error at the first unexpected result.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    error::Error,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use telemetry_runtime::{
    Client, Policy, Product, TelemetryEvent, TelemetryGuard,
    health::{FlushOutcome, RecordError},
    transport::{MemoryTransport, Outcome},
};

/// Refuses allocations of this many bytes and more.
static REFUSED_FROM: AtomicUsize = AtomicUsize::new(usize::MAX);

struct Reluctant;

fn refuses(bytes: usize) -> bool {
    bytes >= REFUSED_FROM.load(Ordering::Relaxed)
}

#[expect(unsafe_code, reason = "an allocator is unsafe to write")]
// SAFETY: every call goes to the system's allocator as it came, or is answered by null, which an
// allocator may do at any time. Null leaves the memory of a `realloc` as it was.
unsafe impl GlobalAlloc for Reluctant {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if refuses(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: as for this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as for this function.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // Giving memory back in place never fails.
        if bytes > layout.size() && refuses(bytes) {
            return std::ptr::null_mut();
        }
        // SAFETY: as for this function.
        unsafe { System.realloc(memory, layout, bytes) }
    }
}

#[global_allocator]
static RELUCTANT: Reluctant = Reluctant;

/// Runs `work` while allocations of `bytes` and more are refused.
fn without<R>(bytes: usize, work: impl FnOnce() -> R) -> R {
    REFUSED_FROM.store(bytes, Ordering::Relaxed);
    let result = work();
    REFUSED_FROM.store(usize::MAX, Ordering::Relaxed);
    result
}

/// Text and a list of it, as large as they come.
#[derive(TelemetryEvent)]
#[event(name = "large", schema = "1.0")]
struct Large<'a> {
    /// A number.
    number: i64,
    /// Text.
    #[event(free_text = "a test")]
    text: &'a str,
    /// Many texts.
    #[event(free_text = "a test")]
    list: &'a [&'a str],
}

fn large<'a>(text: &'a str, list: &'a [&'a str]) -> Large<'a> {
    Large::builder().number(1).text(text).list(list).build()
}

static PROGRAM: Product = Product::new("no-memory").default_on(true);
const PATIENCE: Duration = Duration::from_secs(60);

fn client(memory: &MemoryTransport) -> TelemetryGuard {
    Client::builder(&PROGRAM)
        .env(|_| None)
        .transport(memory.clone())
        .max_batch_events(1000)
        // Deferred events are sent again by the next flush, and no sooner.
        .policy(Policy::default().backoff(Duration::MAX, Duration::MAX))
        .build()
}

/// Held and delivered; they add up to the accepted events.
fn counts(client: &Client) -> Result<[u64; 2], String> {
    let health = client.health();
    let counts = [health.held(), health.delivered()];
    if health.accepted() != counts.iter().sum() || health.panics() > 0 {
        return Err(format!("{health:?}"));
    }
    Ok(counts)
}

fn expect<T: PartialEq + std::fmt::Debug>(step: &str, found: T, expected: T) -> Result<(), String> {
    if found == expected {
        println!("{step}");
        Ok(())
    } else {
        Err(format!("{step}: {found:?}, not {expected:?}"))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().any(|argument| argument == "huge") {
        return Ok(huge()?);
    }
    let small = large("", &[]);
    let memory = MemoryTransport::new();

    // The buffer of the thread that records, at its first event.
    let telemetry = client(&memory);
    let refused = without(1024, || telemetry.try_record(&small));
    expect("encode", refused, Err(RecordError::TooLarge))?;
    expect("encoded", telemetry.try_record(&small).map(drop), Ok(()))?;

    // The batch, at a client's first event and at any later one.
    let fresh = client(&memory);
    let refused = without(1024, || fresh.try_record(&small));
    expect("batch", refused, Err(RecordError::QueueFull))?;
    expect("batch again", fresh.try_record(&small).map(drop), Ok(()))?;
    let more = || while fresh.try_record(&small).is_ok() {};
    without(1024, more);
    let first_room = fresh.health().accepted();
    if !(2..5000).contains(&first_room) {
        return Err(format!("a batch held {first_room} events").into());
    }
    expect("flush", fresh.flush(PATIENCE), FlushOutcome::Complete)?;
    expect("flushed", counts(&fresh)?, [0, first_room])?;

    // A request: its events wait for better times.
    let telemetry = client(&memory);
    for _ in 0..100 {
        telemetry.record(&small);
    }
    let flushed = without(4096, || telemetry.flush(PATIENCE));
    expect("request", flushed, FlushOutcome::Incomplete)?;
    expect("waiting", counts(&telemetry)?, [100, 0])?;
    memory.answer([Outcome::status(503)]);
    expect("held", telemetry.flush(PATIENCE), FlushOutcome::Incomplete)?;
    expect("sent", telemetry.flush(PATIENCE), FlushOutcome::Complete)?;
    expect("delivered", counts(&telemetry)?, [0, 100])?;

    expect("over", telemetry.shutdown(PATIENCE), FlushOutcome::Complete)?;
    Ok(())
}

/// The client never asks for more than its bound for one event, and a little.
fn huge() -> Result<(), String> {
    let telemetry = client(&MemoryTransport::new());
    let text = "x".repeat(10_000_000);
    let texts = vec!["x"; 1_000_000];
    let long = [text.as_str(); 2];
    for huge in [large(&text, &[]), large("", &texts), large("", &long)] {
        let refused = without(67 * 1024, || telemetry.try_record(&huge));
        expect("huge", refused, Err(RecordError::TooLarge))?;
    }
    let refused = telemetry.health().refused_for(RecordError::TooLarge);
    expect("over", (refused, counts(&telemetry)?), (3, [0, 0]))
}
