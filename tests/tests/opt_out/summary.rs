//! Summaries and refusals: what was counted before a refusal is never sent.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, AtomicI64, Ordering},
};

use super::*;

/// Calls of the tool.
#[derive(TelemetryEvent)]
#[event(name = "tool_calls", schema = "1.0")]
struct ToolCalls {
    /// Number of calls.
    #[event(default = 0)]
    number: i64,
}

fn agree(home: &Home, client: &Client) {
    let _ = fs::remove_file(home.marker());
    home.answer(Answer::Yes);
    assert!(client.recheck().on);
}

#[test]
fn counts_from_before_a_refusal_are_not_sent_after_a_new_agreement() {
    type Refuse = fn(&Home, &Client);
    let refusals: [(&str, Refuse); 3] = [
        ("program", |_, client| client.opt_out()),
        ("marker", |home, client| {
            fs::write(home.marker(), "").unwrap();
            assert!(!client.recheck().on);
        }),
        ("answer", |home, client| {
            home.answer(Answer::No);
            assert!(!client.recheck().on);
        }),
    ];
    for (name, refuse) in refusals {
        let (home, memory) = agreed(&format!("summary-{name}"));
        let telemetry = home.builder(&ASKING).transport(memory.clone()).build();
        let calls = telemetry.summary::<ToolCalls>(10 * MINUTE);
        calls.update(|event| event.number += 1);
        assert!(telemetry.flush(PATIENCE).is_complete());
        calls.update(|event| event.number += 10);
        refuse(&home, &telemetry);
        calls.update(|_| unreachable!("telemetry is off"));
        agree(&home, &telemetry);
        calls.update(|event| event.number += 2);
        assert!(telemetry.flush(PATIENCE).is_complete());
        assert!(telemetry.shutdown(PATIENCE).is_complete());
        let (numbers, sessions) = sent(&memory);
        assert_eq!(numbers, [1, 2], "{name}");
        assert_ne!(sessions[0], sessions[1]);
        let health = telemetry.health();
        assert_eq!((health.accepted(), health.refused()), (2, 0));
    }
}

#[test]
fn an_update_that_began_before_a_refusal_is_forgotten_after_a_new_agreement() {
    let (home, memory) = agreed("summary-running");
    let telemetry = home.builder(&ASKING).transport(memory.clone()).build();
    let calls = telemetry.summary::<ToolCalls>(10 * MINUTE);
    calls.update(|event| event.number += 10);
    calls.update(|event| {
        event.number += 10;
        telemetry.opt_out();
        agree(&home, &telemetry);
        event.number += 10;
    });
    calls.update(|event| event.number += 1);
    // In the second epoch, another thread already counts when the closure returns.
    calls.update(|event| {
        event.number += 20;
        telemetry.opt_out();
        agree(&home, &telemetry);
        std::thread::scope(|scope| {
            scope.spawn(|| calls.update(|event| event.number += 2));
        });
    });
    calls.update(|event| event.number += 2);
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    assert_eq!(sent(&memory).0, [4]);
    assert_eq!(telemetry.health().refused(), 0);
}

#[test]
fn a_refusal_by_another_process_is_seen_before_counts_are_recorded() {
    for (name, refuse, source, sentence) in REFUSALS {
        let (home, memory) = agreed(&format!("summary-other-{name}"));
        let clock = VirtualClock::new(UNIX_EPOCH);
        let builder = home.builder(&ASKING).transport(memory.clone());
        let telemetry = builder.clock(&clock).build();
        let calls = telemetry.summary::<ToolCalls>(10 * MINUTE);
        calls.update(|event| event.number += 1);
        refuse(&home);
        clock.advance(11 * MINUTE);
        let since = std::time::Instant::now();
        while telemetry.is_on() {
            assert!(since.elapsed() < PATIENCE, "telemetry is still on");
            std::thread::yield_now();
        }
        assert_off(&telemetry, source, sentence);
        assert_eq!(telemetry.health().accepted(), 0);
        assert!(memory.bodies().is_empty());
    }
}

/// The lowest number of refusals before an update.
#[derive(TelemetryEvent)]
#[event(name = "tool_refusals", schema = "1.0")]
struct Refusals {
    /// Number of refusals.
    #[event(default = 1_000_000)]
    number: i64,
}

#[test]
fn under_load_no_count_is_sent_in_a_later_session() {
    let (home, memory) = agreed("summary-load");
    let telemetry = home.builder(&ASKING).transport(memory.clone()).build();
    let lowest = telemetry.summary::<Refusals>(10 * MINUTE);
    let client = telemetry.client();
    let (refusals, ends) = (AtomicI64::new(0), AtomicBool::new(false));
    let (done, counts) = (AtomicI64::new(0), AtomicBool::new(true));
    let mut of_session = BTreeMap::from([(telemetry.session_id().to_string(), 0)]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let ended = || ends.load(Ordering::SeqCst);
                for updates in 0_u32.. {
                    if ended() {
                        break;
                    }
                    lowest.update(|event| {
                        let before = refusals.load(Ordering::SeqCst);
                        event.number = event.number.min(before);
                        // Some closures return in the next session.
                        let same = || refusals.load(Ordering::SeqCst) == before;
                        let waits = || {
                            !ended()
                                && !counts.load(Ordering::SeqCst)
                                && (same() || !client.is_on())
                        };
                        while updates % 200 == 199 && waits() {
                            std::thread::yield_now();
                        }
                    });
                    done.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for refused in 1..=5 {
            // Every thread has updated in this session.
            counts.store(true, Ordering::SeqCst);
            let before = done.load(Ordering::SeqCst);
            while done.load(Ordering::SeqCst) < before + 200 {
                std::thread::yield_now();
            }
            counts.store(false, Ordering::SeqCst);
            assert!(telemetry.flush(PATIENCE).is_complete());
            telemetry.opt_out();
            refusals.store(refused, Ordering::SeqCst);
            agree(&home, &telemetry);
            of_session.insert(telemetry.session_id().to_string(), refused);
        }
        ends.store(true, Ordering::SeqCst);
    });
    lowest.update(|event| event.number = event.number.min(5));
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    let mut events = 0;
    for body in memory.bodies() {
        let envelope: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let refused = of_session[envelope["sessionId"].as_str().unwrap()];
        for event in envelope["events"].as_array().unwrap() {
            assert_eq!(event["parameters"]["number"], refused);
            events += 1;
        }
    }
    assert!(events > 0);
}
