//! Heartbeats, summaries and limits in children.

use super::*;

#[track_caller]
fn child_succeeds(situation: &str, endpoint: &str) {
    child_of_succeeds(env!("CARGO_BIN_EXE_fork_timers"), situation, endpoint);
}

#[test]
fn a_heartbeat_restarts_from_its_first_event_when_the_child_records() {
    let collector = Collector::start().unwrap();
    child_succeeds("heartbeat restarts", &collector.url());
    let mut events = sorted_events(&collector);
    let parents = events.pop().unwrap();
    assert_eq!(events, [[0, 1001, 1002]]);
    // How many the parent records depends on the time.
    assert!(parents.starts_with(&[1001, 1002]), "{parents:?}");
}

#[test]
fn a_heartbeat_restarts_in_the_child_of_a_child_that_did_not_record() {
    let collector = Collector::start().unwrap();
    child_succeeds("heartbeat of a grandparent", &collector.url());
    let events = sorted_events(&collector);
    assert_eq!(events[..2], [[0, 1001], [0, 1001]]);
}

#[test]
fn a_heartbeat_whose_clone_panics_does_not_affect_the_child() {
    let collector = Collector::start().unwrap();
    child_succeeds("heartbeat that cannot be cloned", &collector.url());
    assert_eq!(sorted_events(&collector), [[0]]);
}

#[test]
fn a_summary_of_a_child_begins_from_the_default_and_keeps_that_of_the_parent() {
    let collector = Collector::start().unwrap();
    child_succeeds("summary", &collector.url());
    assert_eq!(sorted_events(&collector), [[3], [110]]);
}

#[test]
fn an_update_that_forks_is_counted_by_the_parent_only() {
    let collector = Collector::start().unwrap();
    child_succeeds("summary forks", &collector.url());
    assert_eq!(sorted_events(&collector), [[1], [110]]);
}

#[test]
fn a_child_counts_its_own_events_for_a_limit() {
    child_succeeds("limit", "");
}
