//! Summaries: every update is recorded once or counted as refused, and no call waits for another thread.

use std::{
    sync::{
        Weak,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::UNIX_EPOCH,
};

use telemetry_runtime::{
    Summary, TelemetryGuard,
    health::{FlushOutcome, RecordError},
    testing::VirtualClock,
    transport::MemoryTransport,
};

use super::*;

mod closures;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// The number of an event that is recorded to wait for the worker.
const MARKER: i64 = 1_000_000;

/// A client that sends every event immediately and whose timers have no jitter.
fn client(clock: &VirtualClock) -> (TelemetryGuard, MemoryTransport) {
    clock.set_jitter(0.0);
    let memory = MemoryTransport::new();
    let builder = builder().transport(memory.clone()).clock(clock);
    (builder.flush_interval(Duration::ZERO).build(), memory)
}

fn count(summary: &Summary<Run>) {
    summary.update(|run| run.0 += 1);
}

/// The numbers of the events that were sent, without markers.
fn sent(memory: &MemoryTransport) -> Vec<i64> {
    let mut numbers = numbers(&memory.bodies());
    numbers.retain(|number| *number != MARKER);
    numbers
}

/// Waits until the worker has processed the clock's time. A flush would record the counts early, so this
/// waits for requests.
#[track_caller]
fn settle(telemetry: &TelemetryGuard) {
    for _ in 0..2 {
        let delivered = telemetry.health().delivered();
        telemetry.record(&Run(MARKER));
        let since = Instant::now();
        while telemetry.health().delivered() == delivered || telemetry.health().held() > 0 {
            assert!(since.elapsed() < PATIENCE, "the marker is not delivered");
            thread::yield_now();
        }
    }
}

#[test]
fn updates_of_an_interval_are_one_event_and_the_next_begins_from_the_default() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    let summary = telemetry.summary(10 * MINUTE);
    for interval in 1..=3 {
        for _ in 0..interval {
            count(&summary);
        }
        clock.advance(10 * MINUTE - Duration::from_nanos(1));
        settle(&telemetry);
        assert_eq!(sent(&memory).len(), interval - 1);
        clock.advance(Duration::from_nanos(1));
        settle(&telemetry);
        assert_eq!(sent(&memory).len(), interval);
        // An interval without an update records nothing.
        clock.advance(HOUR);
        settle(&telemetry);
    }
    assert_eq!(sent(&memory), [1, 2, 3]);
    assert_conserved(&telemetry);
}

#[test]
fn the_interval_is_at_least_a_second_and_has_the_jitter_of_a_heartbeat() {
    for (interval, fraction, due) in [
        (Duration::ZERO, 0.0, Duration::from_secs(1)),
        (Duration::from_secs(100), 1.0, Duration::from_secs(110)),
        (HOUR, 1.0, HOUR + MINUTE),
    ] {
        let clock = VirtualClock::new(UNIX_EPOCH);
        let (telemetry, memory) = client(&clock);
        clock.set_jitter(fraction);
        let summary = telemetry.summary(interval);
        count(&summary);
        clock.advance(due - Duration::from_nanos(1));
        settle(&telemetry);
        assert!(sent(&memory).is_empty());
        clock.advance(Duration::from_nanos(1));
        settle(&telemetry);
        assert_eq!(sent(&memory), [1]);
    }
}

#[test]
fn the_event_has_the_time_at_which_it_is_recorded() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    count(&telemetry.summary(MINUTE));
    clock.advance(MINUTE);
    assert!(memory.wait_for(1, PATIENCE));
    let body = String::from_utf8(memory.bodies().remove(0)).unwrap();
    assert!(
        body.contains(r#"{"ts":"1970-01-01T00:01:00.000Z""#),
        "{body}"
    );
}

#[test]
fn a_flush_and_a_shutdown_record_what_is_counted() {
    type End = fn(TelemetryGuard) -> Client;
    let ends: [End; 5] = [
        |telemetry| {
            assert!(telemetry.flush(PATIENCE).is_complete());
            telemetry.client()
        },
        |telemetry| {
            assert!(block_on(telemetry.flush_async(PATIENCE)).is_complete());
            telemetry.client()
        },
        |telemetry| {
            assert!(telemetry.shutdown(PATIENCE).is_complete());
            telemetry.client()
        },
        |telemetry| {
            assert!(block_on(telemetry.shutdown_async(PATIENCE)).is_complete());
            telemetry.client()
        },
        |telemetry| telemetry.client(),
    ];
    for end in ends {
        let memory = MemoryTransport::new();
        let builder = builder().transport(memory.clone()).exit_budget(PATIENCE);
        let telemetry = builder.build();
        let summary = telemetry.summary(HOUR);
        count(&summary);
        count(&summary);
        let client = end(telemetry);
        assert!(client.decision().on, "the owner was used");
        assert_eq!(sent(&memory), [2]);
        assert_eq!(client.health().delivered(), 1);
    }
}

#[test]
fn handles_count_together_if_they_are_clones_and_apart_if_they_are_not() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    let (first, second) = (telemetry.summary(HOUR), telemetry.summary(HOUR));
    let clone = first.clone();
    for summary in [&first, &second, &clone, &second, &second] {
        count(summary);
    }
    // The counts are recorded although the handles are gone.
    drop((first, second, clone));
    assert!(telemetry.flush(PATIENCE).is_complete());
    let mut numbers = sent(&memory);
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3]);
}

#[test]
fn handles_that_are_dropped_are_recorded_at_the_end_of_the_interval() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    count(&telemetry.summary(MINUTE));
    clock.advance(MINUTE);
    assert!(memory.wait_for(1, PATIENCE));
    assert_eq!(sent(&memory), [1]);
}

#[test]
fn every_update_of_many_threads_is_counted_once() {
    let memory = MemoryTransport::new();
    let builder = builder().transport(memory.clone()).exit_budget(PATIENCE);
    let telemetry = builder.build();
    let summary = telemetry.summary::<Run>(HOUR);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (summary, client) = (summary.clone(), telemetry.client());
            scope.spawn(move || {
                for number in 0..2000 {
                    count(&summary);
                    if thread == 0 && number % 100 == 0 {
                        let _ = client.flush(PATIENCE);
                    }
                }
            });
        }
    });
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    assert_eq!(sent(&memory).iter().sum::<i64>(), 8 * 2000);
    assert_eq!(telemetry.health().refused(), 0);
    assert_conserved(&telemetry);
}

#[test]
fn when_telemetry_is_off_the_closure_does_not_run() {
    let off = builder()
        .transport(MemoryTransport::new())
        .disabled()
        .build();
    let summary = off.summary::<Run>(HOUR);
    summary.update(|_| unreachable!());
    assert_eq!(off.health().refused(), 0);
    let telemetry = builder().transport(MemoryTransport::new()).build();
    let summary = telemetry.summary::<Run>(HOUR);
    telemetry.opt_out();
    summary.update(|_| unreachable!());
    assert_eq!(telemetry.health().refused(), 0);
    let ended = builder().transport(MemoryTransport::new()).build();
    let summary = ended.summary::<Run>(HOUR);
    assert_eq!(ended.shutdown(PATIENCE), FlushOutcome::Complete);
    summary.update(|_| unreachable!());
    assert_eq!(ended.health().refused_for(RecordError::ShutDown), 1);
}

/// An event that shows whether it exists.
struct Owned(Arc<()>);

impl Default for Owned {
    fn default() -> Self {
        let owned = Arc::new(());
        *LAST.lock().unwrap() = Arc::downgrade(&owned);
        Self(owned)
    }
}

static LAST: Mutex<Weak<()>> = Mutex::new(Weak::new());

impl TelemetryEvent for Owned {
    const EVENT_NAME: &'static str = Run::EVENT_NAME;
    const SCHEMA_VERSION: &'static str = Run::SCHEMA_VERSION;
    const DESCRIPTOR: &'static EventDescriptor = Run::DESCRIPTOR;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(
            ",\"number\":",
            i64::try_from(Arc::strong_count(&self.0)).unwrap(),
        );
    }
}

#[test]
fn an_opt_out_frees_what_is_counted() {
    let telemetry = builder().transport(MemoryTransport::new()).build();
    let summary = telemetry.summary::<Owned>(HOUR);
    summary.update(|_| {});
    assert!(LAST.lock().unwrap().upgrade().is_some());
    telemetry.opt_out();
    let since = Instant::now();
    while LAST.lock().unwrap().upgrade().is_some() {
        assert!(since.elapsed() < PATIENCE, "the counts are still there");
        thread::yield_now();
    }
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    assert_eq!(telemetry.health().accepted(), 0);
}

#[test]
fn without_a_thread_counts_wait_for_one_and_are_counted_as_refused_at_the_end() {
    let memory = MemoryTransport::new();
    let refused = AtomicUsize::new(0);
    let telemetry = builder()
        .transport(memory.clone())
        .refuse_threads(Duration::ZERO, move |name| {
            name == "telemetry" && refused.fetch_add(1, Ordering::Relaxed) < 2
        })
        .build();
    let summary = telemetry.summary(HOUR);
    count(&summary);
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    count(&summary);
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(sent(&memory), [2]);

    let telemetry = builder()
        .transport(memory)
        .refuse_threads(HOUR, |_| true)
        .build();
    let summary = telemetry.summary(HOUR);
    count(&summary);
    count(&summary);
    let _ = telemetry.shutdown(PATIENCE);
    let health = telemetry.health();
    assert_eq!((health.accepted(), health.refused()), (0, 1));
    assert_eq!(health.refused_for(RecordError::ShutDown), 1);
}

#[test]
fn summaries_beyond_the_bound_are_refused_until_others_are_recorded() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    let summaries: Vec<_> = (0..257).map(|_| telemetry.summary(HOUR)).collect();
    for summary in &summaries {
        count(summary);
        count(summary);
    }
    assert_eq!(telemetry.health().refused_for(RecordError::QueueFull), 2);
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(sent(&memory), [2; 256]);
    count(&summaries[256]);
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(sent(&memory).len(), 257);
}

#[test]
fn a_summary_is_shared_between_threads() {
    const fn is_shared<T: Clone + Send + Sync + Unpin>() {}
    const { is_shared::<Summary<Run>>() };
}
