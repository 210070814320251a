//! Intervals, backoff and timestamps on a virtual clock.

use std::{
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use telemetry_runtime::{
    TelemetryGuard,
    health::FlushOutcome,
    testing::VirtualClock,
    transport::{MemoryTransport, Response},
};

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
const NOW: Duration = Duration::from_secs(1_776_882_896);

fn client(clock: &VirtualClock) -> (TelemetryGuard, MemoryTransport) {
    let memory = MemoryTransport::new();
    let builder = builder().transport(memory.clone()).clock(clock);
    (builder.build(), memory)
}

/// The first value of `key` in each body.
fn values(memory: &MemoryTransport, key: &str) -> Vec<String> {
    let key = format!("\"{key}\":\"");
    let value = |body: Vec<u8>| {
        let text = String::from_utf8(body).unwrap();
        let (_, rest) = text.split_once(&key).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    memory.bodies().into_iter().map(value).collect()
}

#[test]
fn events_leave_when_the_clock_has_come_to_the_interval() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    for number in 0..100 {
        telemetry.record(&Run(number));
        clock.advance(Duration::from_secs(120));
        assert!(memory.wait_for(number as usize + 1, PATIENCE), "{number}");
    }
    assert_eq!(numbers(&memory.bodies()), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_backoff_passes_with_the_clock_and_a_retry_is_dated_anew() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (telemetry, memory) = client(&clock);
    let closed = Response::new(503).with_retry_after(Duration::from_secs(600));
    memory.answer([closed.into()]);
    telemetry.record(&Run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    clock.advance(Duration::from_secs(599));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    assert_eq!(memory.bodies().len(), 1);
    clock.advance(Duration::from_secs(1));
    assert!(memory.wait_for(2, PATIENCE));
    let sent = ["1970-01-01T00:00:00.000Z", "1970-01-01T00:10:00.000Z"];
    assert_eq!(values(&memory, "sentTs"), sent);
    assert_eq!(values(&memory, "ts"), [sent[0], sent[0]]);
}

#[test]
fn the_pause_after_a_panic_passes_with_the_clock() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    let (entered, in_send) = mpsc::channel();
    let mut calls = 0;
    let script = Script(move |_: &Request<'_>| {
        calls += 1;
        let _ = entered.send(());
        if calls == 1 {
            scripted_panic();
        }
        Outcome::delivered()
    });
    let builder = builder().transport(script).max_batch_events(1);
    let telemetry = builder.clock(&clock).build();
    telemetry.record(&Run(1));
    in_send.recv().unwrap();
    // The pause is 10 ms, and the backoff of the batch adds at most 1 s.
    while telemetry.health().delivered() == 0 {
        clock.advance(Duration::from_secs(1));
        thread::yield_now();
    }
    assert_eq!(telemetry.health().panics(), 1);
}

#[test]
fn row_46_a_jump_of_the_wall_clock_changes_timestamps_only() {
    let now = UNIX_EPOCH + NOW;
    let clock = VirtualClock::new(now);
    let (telemetry, memory) = client(&clock);
    let far = (1..64).rev().find_map(|bit| {
        let seconds = Duration::from_secs(1 << bit);
        UNIX_EPOCH.checked_add(seconds)
    });
    let far_back = (1..64).rev().find_map(|bit| {
        let seconds = Duration::from_secs(1 << bit);
        UNIX_EPOCH.checked_sub(seconds)
    });
    let jumps: [(SystemTime, &str); 5] = [
        (now - 10 * YEAR, "2016-04-24T18:34:56.000Z"),
        (now + 10 * YEAR, "2036-04-19T18:34:56.000Z"),
        (UNIX_EPOCH - DAY, "1969-12-31T00:00:00.000Z"),
        (far.unwrap(), "9999-12-31T23:59:59.999Z"),
        (far_back.unwrap(), "0000-01-01T00:00:00.000Z"),
    ];
    for (number, (to, _)) in (0..).zip(&jumps) {
        // This event is held while the clock jumps; the age limit is one day.
        telemetry.record(&Run(number));
        clock.set_wall_clock(*to);
        assert_eq!(clock.wall(), *to);
        telemetry.record(&Run(100 + number));
        clock.advance(Duration::from_secs(119));
        assert_eq!(
            (telemetry.health().held(), memory.bodies().len()),
            (2, number as usize)
        );
        clock.set_wall_clock(*to);
        clock.advance(Duration::from_secs(1));
        assert!(memory.wait_for(number as usize + 1, PATIENCE));
        clock.set_wall_clock(*to);
        assert!(telemetry.flush(PATIENCE).is_complete());
    }
    let health = telemetry.health();
    assert_eq!(
        (health.delivered(), health.dropped(), health.held()),
        (10, 0, 0)
    );
    // The second event of each body was recorded at the moment of the jump.
    let bodies = memory.bodies();
    for (body, (_, dated)) in bodies.iter().zip(&jumps) {
        let text = String::from_utf8(body.clone()).unwrap();
        let second = text.split("{\"ts\":\"").nth(2).unwrap();
        assert!(second.starts_with(dated), "{second} {dated}");
    }
    assert_eq!(values(&memory, "sentTs")[3], "9999-12-31T23:59:59.999Z");
    assert_eq!(values(&memory, "sentTs")[4], "0000-01-01T00:00:00.000Z");
}
