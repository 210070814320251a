//! Programs with the marker of a sender that is absent, inherited, old, or for another product.

use std::time::{Duration, SystemTime};

use telemetry_runtime::testing::{Collector, UnreachableEndpoint};

use super::{ARGUMENT, User, VARIABLE, marker};

const NONCE: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn a_program_that_inherits_the_marker_runs_normally() {
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let mut user = User::new("inherited", refusing.url());
    user.leave_events(1);
    user.write_started(NONCE, SystemTime::now());
    // Even if the number is that of a start that is under way.
    user.env.push((VARIABLE, marker(NONCE)));
    user.run_and_leave(0, "plain");
    assert!(user.started().is_empty());
}

#[test]
fn a_program_with_another_argument_runs_normally() {
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let user = User::new("argument", refusing.url());
    // The program itself evaluates the argument: it is the number of events.
    let mut command = user.command();
    let output = command.arg(ARGUMENT).output().unwrap();
    assert_eq!(output.stdout, b"left\n");
    let mut command = user.command();
    let output = command
        .args([ARGUMENT, "plain"])
        .env(VARIABLE, marker(NONCE))
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"left\n");
}

#[test]
fn a_marker_for_another_program_has_no_effect() {
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let user = User::new("other-program", refusing.url());
    for marker in [
        "",
        "-",
        NONCE,
        &format!("0000000000000000-{NONCE}"),
        &marker("0123456789ABCDEF0123456789ABCDEF"),
        &marker("0"),
        &marker(&format!("{NONCE}0")),
    ] {
        let output = user.run_sender(marker);
        assert_eq!(output.stdout, b"left\n", "{marker}");
    }
}

/// A sender that starts late must not run the program: the user has not started it.
#[test]
fn a_sender_whose_start_is_not_known_ends_and_sends_nothing() {
    let collector = Collector::start().unwrap();
    let user = User::new("unknown-start", collector.url());
    // There is no spool.
    let output = user.run_sender(&marker(NONCE));
    assert!(output.status.success());
    assert_eq!(output.stdout, b"");

    user.leave_events(1);
    let long_ago = SystemTime::now() - Duration::from_secs(11);
    let other = "f".repeat(32);
    for (known, at) in [(&*other, SystemTime::now()), (NONCE, long_ago)] {
        user.write_started(known, at);
        let output = user.run_sender(&marker(NONCE));
        assert!(output.status.success());
        assert_eq!(output.stdout, b"");
    }
    // Another sender runs.
    user.write_started(NONCE, SystemTime::now());
    let lock = user.try_lock().unwrap();
    assert_eq!(user.run_sender(&marker(NONCE)).stdout, b"");
    drop(lock);
    assert_eq!(user.segments().len(), 1);
    assert!(collector.requests().is_empty());
}

#[test]
fn a_number_is_used_once() {
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let user = User::new("once", refusing.url());
    user.leave_events(1);
    user.write_started(NONCE, SystemTime::now());
    assert!(user.run_sender(&marker(NONCE)).status.success());
    assert!(user.await_end_of_sender().starts_with("left "));
    // The second one does not change the file.
    let first = user.await_end_of_sender();
    assert!(user.run_sender(&marker(NONCE)).status.success());
    assert_eq!(user.await_end_of_sender(), first);
}
