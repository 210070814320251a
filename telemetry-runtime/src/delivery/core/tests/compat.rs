//! The ways of the original handlers, as far as the core has a part in them.

use super::*;

fn compat() -> Core {
    core_with(Policy::compat())
}

#[test]
fn what_failed_goes_first_with_the_next_flush_in_one_request() {
    let mut core = compat();
    fill(&mut core, Tick::ZERO, "1.0", 0..2);
    core.begin_round(Tick::ZERO);
    assert_eq!(exchange(&mut core, Tick::ZERO, &[503]).len(), 1);
    fill(&mut core, SECOND, "1.0", 2..4);
    core.begin_round(SECOND);
    let requests = exchange(&mut core, SECOND, &[]);
    assert_eq!(requests, [["e0", "e1", "e2", "e3"]]);
}

#[test]
fn what_failed_is_due_after_the_interval_or_with_a_full_batch() {
    let mut core = compat();
    for (since, first) in [(SECOND, 0), (SECOND * 300, 20)] {
        fill(&mut core, since, "1.0", [first]);
        core.begin_round(since);
        assert_eq!(exchange(&mut core, since, &[503]).len(), 1);
        assert_eq!(core.due(), Some(since + INTERVAL));
        if first == 0 {
            assert_eq!(exchange(&mut core, since + INTERVAL, &[]), [["e0"]]);
        } else {
            fill(&mut core, since, "1.0", first + 1..first + 9);
            assert_eq!(exchange(&mut core, since, &[])[0].len(), 9);
        }
    }
}

#[test]
fn each_event_has_its_own_retries() {
    let mut core = compat();
    let mut requests = Vec::new();
    for name in 0..6 {
        fill(
            &mut core,
            Tick::ZERO,
            "1.0",
            [name].into_iter().filter(|name| *name < 2),
        );
        core.begin_round(Tick::ZERO);
        requests.extend(exchange(&mut core, Tick::ZERO, &[503; 9]));
    }
    let lens: Vec<_> = requests.iter().map(Vec::len).collect();
    assert_eq!(lens, [1, 2, 2, 2, 1]);
    assert_eq!(dropped(&core), 2);
}

#[test]
fn a_failed_piece_waits_and_the_other_is_sent() {
    let mut core = compat();
    fill(&mut core, Tick::ZERO, "1.0", 0..4);
    core.begin_round(Tick::ZERO);
    let requests = exchange(&mut core, Tick::ZERO, &[413, 503, 200]);
    assert_eq!(requests[1..], [["e0", "e1"], ["e2", "e3"]]);
    assert!(!core.in_round() && core.missed());
    // Not joined with the pieces: e9 came later.
    fill(&mut core, Tick::ZERO, "1.0", [9]);
    core.begin_round(Tick::ZERO);
    assert_eq!(exchange(&mut core, Tick::ZERO, &[]), [["e0", "e1", "e9"]]);
}

#[test]
fn patience_that_the_collector_asks_for_is_ignored() {
    let mut core = compat();
    fill(&mut core, Tick::ZERO, "1.0", 0..1);
    core.begin_round(Tick::ZERO);
    assert!(sent(&mut core, Tick::ZERO).is_some());
    core.answer(Tick::ZERO, &Response::new(503).retry_after(SECOND).into());
    core.begin_round(Tick::ZERO);
    assert_eq!(exchange(&mut core, Tick::ZERO, &[]).len(), 1);
}

#[test]
fn a_panic_sets_aside_only_what_was_there_twice() {
    let mut core = compat();
    for name in 0..2 {
        fill(&mut core, Tick::ZERO, "1.0", [name]);
        core.begin_round(Tick::ZERO);
        assert!(sent(&mut core, Tick::ZERO).is_some());
        core.panicked(Tick::ZERO);
    }
    assert_eq!((core.held_events(), dropped(&core)), (1, 1));
}

#[test]
fn an_interval_of_zero_is_no_busy_loop() {
    let limits = Limits {
        batch_events: 8,
        batch_bytes: 1000,
        flush_interval: Duration::ZERO,
    };
    let policy = Policy::default().retry_with_next_flush();
    let mut core = Core::new(limits, policy, fastrand::Rng::with_seed(1));
    fill(&mut core, Tick::ZERO, "1.0", [0]);
    let mut requests = 0;
    let mut now = Tick::ZERO;
    while now < SECOND {
        requests += exchange(&mut core, now, &[503]).len();
        now = core.due().unwrap();
    }
    assert_eq!(requests, 10);
}
