//! A fork while the library initializes what the process has once: the child never waits for it.

use std::process::Command;

use telemetry_runtime::testing::Collector;

use crate::{lines, sessions, tls_server::TlsServer};

/// The ends of the children and of the parent of `fork_steps`.
fn ends(endpoint: &str, mode: &str, authority: &str) -> Vec<String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fork_steps"));
    lines(program.args([endpoint, mode, authority]))
}

/// The number of children, all of which delivered.
#[track_caller]
fn delivered(ends: &[String]) -> usize {
    let [children, parent] = ends else {
        panic!("{ends:?}");
    };
    assert_eq!(parent, "parent: Complete", "{ends:?}");
    let count = children.strip_prefix("Status(0): ");
    count.unwrap_or_else(|| panic!("{ends:?}")).parse().unwrap()
}

#[test]
fn a_child_that_is_forked_at_any_step_of_the_first_request_delivers() {
    let collector = Collector::start().unwrap();
    let children = delivered(&ends(&collector.url(), "each", ""));
    assert!(children > 20, "{children}");
    let mut events: Vec<_> = sessions(&collector).into_values().collect();
    events.sort_unstable();
    let numbers = -1..i64::try_from(children).unwrap();
    let expected: Vec<_> = numbers.map(|number| vec![number]).collect();
    assert_eq!(events, expected);
}

#[test]
fn a_child_that_is_forked_at_any_step_of_the_first_encrypted_request_delivers() {
    let server = TlsServer::start(&["localhost"]);
    let children = delivered(&ends(&server.url(), "each", &server.authority()));
    assert!(children > 20, "{children}");
    (0..=children).for_each(|_| drop(server.next_request()));
    assert!(server.saw_nothing());
}

#[test]
fn a_child_that_is_forked_while_a_thread_of_the_host_starts_delivers() {
    let collector = Collector::start().unwrap();
    assert!(delivered(&ends(&collector.url(), "threads of the host", "")) > 0);
}

#[test]
fn a_child_that_is_forked_during_the_first_use_of_the_global_client_uses_it() {
    assert!(delivered(&ends("", "no client", "")) > 0);
}

#[test]
fn a_child_of_a_fork_that_could_not_wait_for_the_initialization_drops_and_counts_its_events() {
    let collector = Collector::start().unwrap();
    let ends = ends(&collector.url(), "until half", "");
    let [delivered, half, parent] = ends.as_slice() else {
        panic!("{ends:?}");
    };
    assert!(delivered.starts_with("Status(0): "), "{ends:?}");
    assert_eq!((&**half, &**parent), ("Status(2): 1", "parent: Complete"));
}
