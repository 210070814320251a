//! A refusal while several processes hold events in one spool.

use std::fs;

use telemetry_tests::scratch::Scratch;

use super::{
    host::{Host, files, later_run},
    ledger::{Answer, Ledger},
};

/// Four processes hold events; `refuse` turns telemetry off; then they record and end.
fn refused(name: &str, refuse: impl FnOnce(&Scratch, &str)) {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), name);
    let ledger = Ledger::start(Answer::Unavailable);
    let mut running: Vec<_> = (0..4)
        .map(|_| Host::with_still_clock(scratch.path(), &ledger.url(), &[]))
        .collect();
    for (host, number) in running.iter_mut().zip(1..) {
        host.store(number);
    }
    let mut killed = Host::with_still_clock(scratch.path(), &ledger.url(), &[]);
    killed.store(5);
    killed.kill();
    assert_eq!(files(scratch.path()).len(), 5);
    refuse(&scratch, &ledger.url());
    assert_eq!(files(scratch.path()).len(), 0);
    // The collector is there again, but nothing is sent.
    ledger.answers(Answer::Accept);
    for mut host in running {
        let decision = host.ask("recheck");
        assert!(decision.starts_with("off"), "{decision}");
        assert_eq!(host.ask("record 6"), "r 6 Off");
        assert!(host.end("return").success());
    }
    assert_eq!(files(scratch.path()).len(), 0);
    fs::remove_file(scratch.join("off")).unwrap();
    later_run(scratch.path(), &ledger.url(), &[], 7);
    assert_eq!(ledger.received(), [7]);
}

fn leave_marker(scratch: &Scratch) {
    fs::write(scratch.join("off"), "").unwrap();
}

#[test]
fn row_65_a_refusal_in_a_running_process_removes_the_events_of_all_processes() {
    refused("spool-refused-running", |scratch, url| {
        let mut host = Host::start(scratch.path(), url, &[]);
        leave_marker(scratch);
        assert!(host.ask("opt_out").starts_with("off"));
        host.end("return");
    });
}

#[test]
fn row_65_a_process_that_starts_after_a_refusal_removes_the_events_of_all_processes() {
    refused("spool-refused-starting", |scratch, url| {
        leave_marker(scratch);
        let mut host = Host::start(scratch.path(), url, &[]);
        assert_eq!(host.ask("record 8"), "r 8 Off");
        host.end("return");
    });
}

#[test]
fn row_65_a_refusal_by_a_variable_removes_the_events_of_all_processes() {
    refused("spool-refused-variable", |scratch, url| {
        let mut host = Host::start(scratch.path(), url, &["off"]);
        assert_eq!(host.ask("record 8"), "r 8 Off");
        host.end("return");
        // The other processes did not get the variable.
        leave_marker(scratch);
    });
}
