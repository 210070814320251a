//! Children of `fork`: every call keeps its promise, each child has its own session and counters, and no
//! event is sent twice. Each test starts a program that really forks.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]
#![cfg(unix)]

#[cfg(feature = "slow")]
mod pool;
#[cfg(target_os = "linux")]
mod signals;
#[cfg(target_os = "linux")]
mod steps;
mod timers;
#[cfg(target_os = "linux")]
#[path = "../faults/network/tls_server.rs"]
#[expect(dead_code, reason = "the other tests need more of it")]
mod tls_server;

use std::{
    collections::BTreeMap,
    process::{Command, Output},
};

use telemetry_runtime::testing::{Collector, ScriptedResponse};
use telemetry_tests::client::{PATIENCE, numbers};

/// The lines of a program that ended by itself and printed no error.
#[track_caller]
fn lines(program: &mut Command) -> Vec<String> {
    let Output {
        status,
        stdout,
        stderr,
    } = program
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8(stdout), String::from_utf8(stderr));
    let (stdout, stderr) = (stdout.unwrap(), stderr.unwrap());
    assert!(status.success(), "{status}\n{stdout}{stderr}");
    assert_eq!(stderr, "", "{stdout}");
    stdout.lines().map(str::to_owned).collect()
}

#[track_caller]
fn child_succeeds(situation: &str, endpoint: &str) {
    child_of_succeeds(env!("CARGO_BIN_EXE_forker"), situation, endpoint);
}

#[track_caller]
fn child_of_succeeds(program: &str, situation: &str, endpoint: &str) {
    let mut program = Command::new(program);
    assert_eq!(
        lines(program.args([situation, endpoint])),
        ["Status(0)"],
        "{situation}"
    );
}

/// The numbers of the events of each session, sorted.
fn sessions(collector: &Collector) -> BTreeMap<String, Vec<i64>> {
    let mut sessions = BTreeMap::<_, Vec<i64>>::new();
    for request in collector.requests() {
        let body = request.text().into_owned();
        let (_, session) = body.split_once("\"sessionId\":\"").unwrap();
        let (session, _) = session.split_once('"').unwrap();
        let events = sessions.entry(session.to_owned()).or_default();
        events.extend(numbers(&body));
    }
    for events in sessions.values_mut() {
        events.sort_unstable();
    }
    sessions
}

fn sorted_events(collector: &Collector) -> Vec<Vec<i64>> {
    let mut events: Vec<_> = sessions(collector).into_values().collect();
    events.sort_unstable();
    events
}

fn twenty(first: i64) -> Vec<i64> {
    (first..first + 20).collect()
}

#[test]
fn every_child_of_a_busy_parent_delivers_in_its_own_session_and_nothing_twice() {
    busy_parent_forks(500);
}

/// Takes minutes: run by `.ci/soak`.
#[cfg(feature = "slow")]
#[test]
fn ten_thousand_children_of_a_busy_parent_deliver_in_their_own_sessions() {
    busy_parent_forks(10_000);
    println!("10,000 forks: 0 hangs, 0 shared sessions, 0 duplicates");
}

#[track_caller]
fn busy_parent_forks(forks: i64) {
    let collector = Collector::start().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_fork_load"));
    program.args([collector.url(), forks.to_string()]);
    let expected = [format!("Status(0): {forks}"), "parent: Complete".to_owned()];
    assert_eq!(lines(&mut program), expected);
    let mut of_children = Vec::new();
    let mut parents = 0;
    for events in sessions(&collector).into_values() {
        match *events {
            [number] if number >= 0 => of_children.push(number),
            _ => {
                assert!(events.iter().all(|number| *number < 0), "{events:?}");
                assert!(events.is_sorted_by(|a, b| a < b), "an event was sent twice");
                parents += 1;
            }
        }
    }
    of_children.sort_unstable();
    assert_eq!(of_children, (0..forks).collect::<Vec<i64>>());
    assert_eq!(parents, 1);
}

#[test]
fn a_child_of_a_parent_that_delivered_delivers_in_its_own_session() {
    let collector = Collector::start().unwrap();
    child_succeeds("delivered", &collector.url());
    assert_eq!(sorted_events(&collector), [vec![-1], twenty(0)]);
}

#[test]
fn a_child_of_a_product_without_sessions_has_no_session_and_sends_the_products_headers() {
    let collector = Collector::start().unwrap();
    child_succeeds("no session", &collector.url());
    let all: Vec<_> = (-1..20).collect();
    assert_eq!(sessions(&collector), [("undefined".to_owned(), all)].into());
    let requests = collector.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.header("x-team"), Some("nemo"));
    }
}

#[test]
fn a_child_passes_its_own_session_on_to_the_programs_that_it_starts() {
    child_succeeds("session of children", "");
}

#[test]
fn events_that_the_parent_holds_are_not_sent_by_its_children() {
    let collector = Collector::start().unwrap();
    child_succeeds("held", &collector.url());
    assert_eq!(
        sorted_events(&collector),
        [vec![-1], twenty(0), twenty(20), vec![100]]
    );
}

#[test]
fn parent_and_child_may_both_drop_the_guard() {
    let collector = Collector::start().unwrap();
    child_succeeds("drop", &collector.url());
    assert_eq!(sorted_events(&collector), [[-1]]);
}

#[test]
fn a_child_with_a_custom_transport_refuses_and_counts_its_events() {
    child_succeeds("custom", "");
}

#[test]
fn an_opt_out_of_the_parent_stays_in_effect_in_the_child() {
    let collector = Collector::start().unwrap();
    child_succeeds("opted out", &collector.url());
    assert_eq!(collector.requests().len(), 0);
}

#[test]
fn a_client_that_was_shut_down_stays_shut_down_in_the_child() {
    let collector = Collector::start().unwrap();
    child_succeeds("shut down", &collector.url());
    assert_eq!(sorted_events(&collector), [[-1]]);
}

#[test]
fn a_fork_while_another_thread_waits_in_a_flush_holds_no_call_of_the_child() {
    let silent = Collector::with_handler(|_| ScriptedResponse::silence()).unwrap();
    child_succeeds("waiting", &silent.url());
}

#[test]
fn a_future_that_the_parent_began_is_ready_in_the_child_and_may_be_dropped() {
    let silent = Collector::with_handler(|_| ScriptedResponse::silence()).unwrap();
    child_succeeds("future", &silent.url());
}

#[test]
fn an_event_whose_code_forks_is_recorded_by_the_parent_only() {
    child_succeeds("event", "");
}

#[test]
fn a_child_starts_its_own_heartbeat() {
    child_succeeds("heartbeat", "");
}

#[test]
fn a_daemon_delivers_after_its_parents_have_exited() {
    let collector = Collector::start().unwrap();
    child_succeeds("daemon", &collector.url());
    collector.wait_for_requests(1, PATIENCE).unwrap();
    assert_eq!(sorted_events(&collector), [twenty(0)]);
}

#[test]
fn a_program_that_the_host_starts_changes_nothing() {
    let collector = Collector::start().unwrap();
    child_succeeds("spawn", &collector.url());
    assert_eq!(sorted_events(&collector), [[-1]]);
}
