//! Heartbeats never come in a burst and never after the end of the client.

use std::{sync::Weak, thread, time::UNIX_EPOCH};

use telemetry_runtime::{
    TelemetryGuard,
    health::RecordError,
    heartbeat::HeartbeatContext,
    privacy::interval,
    testing::VirtualClock,
    transport::{MemoryTransport, Response},
};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// The number of a marker, an event that is recorded between beats.
const MARKER: i64 = 1000;

/// A client that sends every event immediately and whose heartbeats have no jitter.
fn client(clock: &VirtualClock) -> (TelemetryGuard, MemoryTransport) {
    clock.set_jitter(0.0);
    let memory = MemoryTransport::new();
    let builder = builder().transport(memory.clone()).clock(clock);
    (builder.flush_interval(Duration::ZERO).build(), memory)
}

fn count(run: &mut Run, _: &HeartbeatContext) {
    run.0 += 1;
}

/// Waits until the worker has sent everything that is due. Returns the numbers of the beats.
fn settled(telemetry: &TelemetryGuard, memory: &MemoryTransport) -> Vec<i64> {
    telemetry.record(&Run(MARKER));
    assert!(telemetry.flush(PATIENCE).is_complete());
    // A beat that is due may miss the round of the first marker, so a second round follows.
    telemetry.record(&Run(MARKER));
    assert!(telemetry.flush(PATIENCE).is_complete());
    let mut numbers = numbers(&memory.bodies());
    numbers.retain(|number| *number < MARKER);
    numbers
}

#[test]
fn a_heartbeat_beats_once_per_interval_and_first_after_one() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    assert!(telemetry.heartbeat(10 * MINUTE, Run(0), count));
    for beats in 1..=20 {
        clock.advance(10 * MINUTE - Duration::from_nanos(1));
        assert_eq!(settled(&telemetry, &memory).len(), beats - 1);
        clock.advance(Duration::from_nanos(1));
        assert_eq!(settled(&telemetry, &memory).len(), beats);
    }
    assert_eq!(settled(&telemetry, &memory), (1..=20).collect::<Vec<_>>());
}

#[test]
fn a_heartbeat_needs_no_earlier_event() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    assert!(telemetry.heartbeat(MINUTE, Run(0), count));
    clock.advance(MINUTE);
    assert!(memory.wait_for(1, PATIENCE));
    assert_eq!(numbers(&memory.bodies()), [1]);
}

#[test]
fn a_heartbeat_comes_at_most_once_per_second() {
    let from_variable = |text| interval(Some(text), 10 * MINUTE);
    for too_short in [
        Duration::ZERO,
        Duration::from_nanos(1),
        Duration::from_millis(1),
        Duration::from_millis(999),
        from_variable("0.000001"),
        from_variable("1e-300"),
    ] {
        let clock = VirtualClock::new(UNIX_EPOCH);
        clock.set_jitter(0.0);
        let memory = MemoryTransport::new();
        let builder = builder().transport(memory.clone()).clock(&clock);
        let telemetry = builder.flush_interval(Duration::ZERO).build();
        assert!(telemetry.heartbeat(too_short, Run(0), count));
        for beats in 1..=3 {
            clock.advance(Duration::from_nanos(999_999_999));
            assert_eq!(settled(&telemetry, &memory).len(), beats - 1);
            clock.advance(Duration::from_nanos(1));
            assert_eq!(settled(&telemetry, &memory).len(), beats);
        }
    }
}

#[test]
fn jitter_is_at_most_a_tenth_and_a_minute() {
    for (interval, longest) in [(MINUTE, 6), (HOUR, 60), (24 * HOUR, 60)] {
        let clock = VirtualClock::new(UNIX_EPOCH);
        let memory = MemoryTransport::new();
        let builder = builder().transport(memory.clone()).clock(&clock);
        let telemetry = builder.flush_interval(Duration::ZERO).build();
        assert!(telemetry.heartbeat(interval, Run(0), count));
        for beats in 1..=20 {
            clock.advance(interval - Duration::from_nanos(1));
            assert_eq!(settled(&telemetry, &memory).len(), beats - 1);
            clock.advance(Duration::from_secs(longest) + Duration::from_nanos(1));
            assert_eq!(settled(&telemetry, &memory).len(), beats);
        }
    }
}

#[test]
fn row_45_a_suspend_or_a_debuggers_stop_brings_one_beat_and_no_burst() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    assert!(telemetry.heartbeat(10 * MINUTE, Run(0), count));
    let closed = Response::new(503).with_retry_after(HOUR);
    for (stop, beats) in [(8 * HOUR, 1), (10 * MINUTE, 2), (30 * MINUTE, 3)] {
        let before = memory.bodies().len();
        clock.advance(stop);
        assert_eq!(settled(&telemetry, &memory).len(), beats);
        // Two markers and the beat, each sent once.
        assert!(memory.bodies().len() <= before + 3);
        // The next interval starts at the beat.
        clock.advance(10 * MINUTE - Duration::from_nanos(1));
        assert_eq!(settled(&telemetry, &memory).len(), beats);
        clock.advance(Duration::ZERO);
    }
    // The collector asked for a pause of one hour before the machine slept: one request follows.
    memory.answer([closed.into()]);
    telemetry.record(&Run(7));
    assert_eq!(
        telemetry.flush(PATIENCE),
        telemetry_runtime::health::FlushOutcome::Incomplete
    );
    let before = memory.bodies().len();
    clock.advance(8 * HOUR);
    assert!(memory.wait_for(before + 1, PATIENCE));
    let numbers = settled(&telemetry, &memory);
    assert_eq!(numbers.iter().filter(|number| **number == 7).count(), 2);
    assert_eq!(telemetry.health().dropped(), 0);
}

#[test]
fn a_panic_of_the_update_costs_one_beat() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    let update = |run: &mut Run, _: &HeartbeatContext| {
        run.0 += 1;
        if run.0 == 2 {
            scripted_panic();
        }
    };
    assert!(telemetry.heartbeat(MINUTE, Run(0), update));
    for _ in 0..3 {
        clock.advance(MINUTE);
        settled(&telemetry, &memory);
    }
    assert_eq!(settled(&telemetry, &memory), [1, 3]);
    assert_eq!(telemetry.health().panics(), 1);
    assert_conserved(&telemetry);
}

#[test]
fn the_update_gets_the_time_and_the_session_and_cannot_record() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    let client = telemetry.client();
    let (told, beats) = mpsc::channel();
    let update = move |run: &mut Run, beat: &HeartbeatContext| {
        let recorded = client.try_record(run).map(drop);
        told.send((beat.at, beat.session_id.clone(), recorded))
            .unwrap();
    };
    assert!(telemetry.heartbeat(MINUTE, Run(0), update));
    clock.advance(MINUTE);
    let (at, session, recorded) = beats.recv_timeout(PATIENCE).unwrap();
    assert_eq!((at, session), (UNIX_EPOCH + MINUTE, telemetry.session_id()));
    assert_eq!(recorded, Err(RecordError::Reentrant));
    assert!(memory.wait_for(1, PATIENCE));
    let body = String::from_utf8(memory.bodies().remove(0)).unwrap();
    assert!(
        body.contains(r#"{"ts":"1970-01-01T00:01:00.000Z""#),
        "{body}"
    );
}

#[test]
fn an_event_has_one_heartbeat_and_none_when_off() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    assert!(telemetry.heartbeat(MINUTE, Run(0), count));
    assert!(!telemetry.heartbeat(MINUTE, Run(100), count));
    clock.advance(MINUTE);
    assert_eq!(settled(&telemetry, &memory), [1]);
    assert!(!telemetry.heartbeat(MINUTE, Run(100), count));

    let off = builder().transport(memory).disabled().build();
    assert!(!off.heartbeat(MINUTE, Run(0), count));
    let ended = client(&clock).0;
    let _ = ended.shutdown(PATIENCE);
    assert!(!ended.heartbeat(MINUTE, Run(0), count));
}

/// An event for each number, with the wire name `beat`.
#[derive(Clone)]
struct Beat<const N: usize>(i64);

impl<const N: usize> TelemetryEvent for Beat<N> {
    const EVENT_NAME: &'static str = "beat";
    const SCHEMA_VERSION: &'static str = VERSIONS[N];
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("beat", VERSIONS[N], "", &[]).0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.integer(",\"number\":", self.0);
    }
}

/// Events with the same name and another schema version are different events.
const VERSIONS: [&str; 17] = [
    "1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "1.10", "1.11", "1.12",
    "1.13", "1.14", "1.15", "1.16",
];

#[test]
fn each_heartbeat_has_its_own_interval() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    assert!(telemetry.heartbeat(2 * MINUTE, Beat::<0>(2), |_, _| {}));
    assert!(telemetry.heartbeat(3 * MINUTE, Beat::<1>(3), |_, _| {}));
    let mut beats = Vec::new();
    for _ in 0..12 {
        clock.advance(MINUTE);
        beats = settled(&telemetry, &memory);
    }
    let count = |number| beats.iter().filter(|beat| **beat == number).count();
    assert_eq!((count(2), count(3), beats.len()), (6, 4, 10));
}

#[test]
fn a_client_has_at_most_sixteen_heartbeats_and_all_of_them_beat() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    macro_rules! start {
        ($($number:literal)*) => {
            [$(telemetry.heartbeat(MINUTE, Beat::<$number>($number), |_, _| {})),*]
        };
    }
    assert_eq!(start!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15), [true; 16]);
    assert_eq!(start!(16), [false]);
    clock.advance(MINUTE);
    let mut beats = settled(&telemetry, &memory);
    beats.sort_unstable();
    assert_eq!(beats, (0..16).collect::<Vec<_>>());
}

/// A value for the update function to own, and a reference that shows whether it was dropped.
fn owned() -> (Arc<()>, Weak<()>) {
    let owned = Arc::new(());
    let seen = Arc::downgrade(&owned);
    (owned, seen)
}

#[test]
fn a_heartbeat_ends_with_its_client_and_drops_its_closure() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    for refuses in [false, true] {
        let (telemetry, seen) = {
            let telemetry = builder()
                .transport(MemoryTransport::new())
                .refuse_threads(HOUR, move |_| refuses)
                .clock(&clock)
                .build();
            let (owned, seen) = owned();
            // The heartbeat owns its client: a reference cycle.
            let client = telemetry.client();
            let update = move |run: &mut Run, _: &HeartbeatContext| {
                let _ = (&owned, client.is_on());
                run.0 += 1;
            };
            assert!(telemetry.heartbeat(MINUTE, Run(0), update));
            (telemetry, seen)
        };
        assert!(seen.upgrade().is_some());
        let _ = telemetry.shutdown(PATIENCE);
        clock.advance(HOUR);
        let since = Instant::now();
        while seen.upgrade().is_some() {
            assert!(since.elapsed() < PATIENCE, "the heartbeat is still there");
            thread::yield_now();
        }
        assert_eq!(telemetry.health().accepted(), 0);
    }
}

#[test]
fn without_a_thread_nothing_beats_until_there_is_one() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    clock.set_jitter(0.0);
    let memory = MemoryTransport::new();
    let refused = std::sync::atomic::AtomicBool::new(false);
    let telemetry = builder()
        .transport(memory.clone())
        .refuse_threads(HOUR, move |_| {
            !refused.swap(true, std::sync::atomic::Ordering::Relaxed)
        })
        .clock(&clock)
        .flush_interval(Duration::ZERO)
        .build();
    assert!(telemetry.heartbeat(MINUTE, Run(0), count));
    clock.advance(59 * MINUTE);
    telemetry.record(&Run(MARKER));
    assert_eq!(telemetry.health().accepted(), 1);
    // The client asks the system for a thread again.
    clock.advance(MINUTE);
    telemetry.record(&Run(MARKER));
    assert_eq!(settled(&telemetry, &memory), [1]);
}
