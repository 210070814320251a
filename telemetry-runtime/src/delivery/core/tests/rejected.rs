//! Batches that the collector rejects because of some of their events.

use std::collections::BTreeSet;

use super::*;

fn core_of(batch_events: u32) -> Rig {
    let limits = BatchConfig {
        batch_events: batch_events as usize,
        batch_bytes: 1_000_000,
    };
    let random = fastrand::Rng::with_seed(1);
    Rig::new(limits, Core::new(INTERVAL, Policy::default(), random))
}

/// Sends one batch to a collector that rejects each request with a bad event. Returns the number of
/// requests.
fn send_batch(core: &mut Rig, events: u32, bad: &BTreeSet<u32>) -> u32 {
    fill(core, MonoTime::START, "1.0", 0..events);
    core.begin_round(MonoTime::START);
    let mut requests = 0;
    while let Some(names) = sent(core, MonoTime::START) {
        requests += 1;
        let is_bad = |name: &String| bad.contains(&name[1..].parse().unwrap());
        let status = if names.iter().any(is_bad) { 422 } else { 200 };
        core.on_outcome(MonoTime::START, &Outcome::status(status));
    }
    assert_eq!(core.held_events(), 0);
    requests
}

fn log2(events: u32) -> u32 {
    events.next_power_of_two().ilog2()
}

#[test]
fn one_bad_event_causes_few_requests_and_loses_no_other_event() {
    for events in [1, 2, 3, 7, 32, 50, 64] {
        for bad in 0..events {
            let mut core = core_of(events);
            let requests = send_batch(&mut core, events, &BTreeSet::from([bad]));
            assert_eq!(core.resolved().delivered, u64::from(events) - 1);
            assert_eq!(dropped(&core), 1);
            assert!(requests <= 2 * log2(events) + 1, "{bad}: {requests}");
        }
    }
}

#[test]
fn many_bad_events_cause_proportional_requests_and_lose_no_good_event() {
    let mut random = fastrand::Rng::with_seed(12);
    for _ in 0..500 {
        let events = random.u32(1..=50);
        let count = random.u32(1..=events);
        let bad: BTreeSet<_> = (0..count).map(|_| random.u32(0..events)).collect();
        let mut core = core_of(50);
        let requests = send_batch(&mut core, events, &bad);
        let k = u32::try_from(bad.len()).unwrap();
        assert_eq!(core.resolved().delivered, u64::from(events - k), "{bad:?}");
        assert_eq!(dropped(&core), u64::from(k));
        let bound = (2 * k * log2(events) + 1).min(2 * events - 1);
        assert!(requests <= bound, "{requests} for {bad:?} of {events}");
    }
}

#[test]
fn a_good_event_behind_bad_ones_is_delivered() {
    let mut core = core_of(50);
    send_batch(&mut core, 50, &(0..49).collect());
    assert_eq!((core.resolved().delivered, dropped(&core)), (1, 49));
}

#[test]
fn a_collector_that_rejects_everything_gets_fewer_requests() {
    let mut core = core_of(50);
    let all: BTreeSet<_> = (0..50).collect();
    assert_eq!(send_batch(&mut core, 50, &all), 99);
    for _ in 0..3 {
        assert!(send_batch(&mut core, 50, &all) <= 2 * log2(50) + 1);
    }
    assert_eq!(dropped(&core), 200);
    // One accepted event restores the full budget.
    assert_eq!(send_batch(&mut core, 1, &BTreeSet::new()), 1);
    send_batch(&mut core, 50, &(0..49).collect());
    assert_eq!(core.resolved().delivered, 2);
}

#[test]
fn a_huge_batch_of_bad_events_is_dropped_after_64_consecutive_splits() {
    let mut core = core_of(5000);
    let requests = send_batch(&mut core, 5000, &(0..5000).collect());
    assert_eq!((requests, dropped(&core)), (2 * 64 + 1, 5000));
}

#[test]
fn a_split_batch_stays_split_after_a_failure() {
    let mut core = core_of(8);
    fill(&mut core, MonoTime::START, "1.0", 0..8);
    core.begin_round(MonoTime::START);
    exchange(&mut core, MonoTime::START, &[422, 503]);
    assert_eq!(core.held_events(), 8);
    core.begin_round(MonoTime::START);
    let again = exchange(&mut core, MonoTime::START, &[]);
    assert_eq!(again, [["e0", "e1", "e2", "e3"], ["e4", "e5", "e6", "e7"]]);
}
