//! Every end of a process: a later one sends the events that were stored, and events in memory only are lost.

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{self, ExitStatus},
};

use telemetry_tests::scratch::Scratch;

use super::{
    host::{Host, count, files, later_run},
    ledger::{Answer, Ledger},
};

/// Stores events in a process, ends it in this way, and asserts that a later one sends them once.
fn survives(name: &str, end: impl FnOnce(Host) -> ExitStatus, ended: impl FnOnce(ExitStatus)) {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("spool-end-{name}"));
    let ledger = Ledger::start(Answer::Unavailable);
    let mut host = Host::with_still_clock(scratch.path(), &ledger.url(), &[]);
    for number in 1..=5 {
        host.store(number);
    }
    ended(end(host));
    ledger.answers(Answer::Accept);
    let counts = later_run(scratch.path(), &ledger.url(), &[], 6);
    assert_eq!(count(&counts, "delivered"), 6, "{name}: {counts}");
    assert_eq!(ledger.sorted(), [1, 2, 3, 4, 5, 6], "{name}");
    assert_eq!(files(scratch.path()).len(), 0, "{name}");
}

fn succeeds(status: ExitStatus) {
    assert!(status.success(), "{status}");
}

fn killed_by(signal: i32) -> impl FnOnce(ExitStatus) {
    move |status| assert_eq!(status.signal(), Some(signal), "{status}")
}

/// Ends the host by a signal that it does not handle.
fn signalled(signal: i32) -> impl FnOnce(Host) -> ExitStatus {
    move |host| {
        let process = rustix::process::Pid::from_child(&host.child);
        let signal = rustix::process::Signal::from_named_raw(signal).unwrap();
        rustix::process::kill_process(process, signal).unwrap();
        host.wait()
    }
}

#[test]
fn row_32_stored_events_outlive_every_end_of_a_program() {
    survives("exit", |host| host.end("exit"), succeeds);
    survives("exit-at-once", |host| host.end("exit-at-once"), succeeds);
    survives("return", |host| host.end("return"), succeeds);
    survives("static", |host| host.end("static"), succeeds);
    survives(
        "shutdown",
        |mut host| {
            assert_eq!(host.ask("shutdown"), "Stored");
            host.end("return")
        },
        succeeds,
    );
    survives(
        "panic",
        |host| host.end("panic"),
        |status| {
            assert_eq!(status.code(), Some(101));
        },
    );
    survives("abort", |host| host.end("abort"), killed_by(libc::SIGABRT));
}

#[test]
fn row_34_stored_events_outlive_signals_without_a_handler() {
    for signal in [
        libc::SIGTERM,
        libc::SIGINT,
        libc::SIGHUP,
        libc::SIGQUIT,
        libc::SIGKILL,
    ] {
        survives(
            &format!("signal-{signal}"),
            signalled(signal),
            killed_by(signal),
        );
    }
}

#[test]
fn row_33_stored_events_outlive_a_process_without_memory() {
    survives(
        "memory",
        |host| host.end("memory"),
        killed_by(libc::SIGABRT),
    );
}

#[test]
fn row_33_stored_events_outlive_a_fault_of_the_program() {
    survives("fault", |host| host.end("fault"), killed_by(libc::SIGSEGV));
}

/// A control group of the memory controller, removed when dropped.
struct MemoryGroup(PathBuf);

impl MemoryGroup {
    /// `None` with a printed reason if this user or system has none.
    fn new(bytes: u64) -> Option<Self> {
        let name = format!("telemetry-test-{}", process::id());
        for (root, limit) in [
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            ("/sys/fs/cgroup", "memory.max"),
        ] {
            let group = Self(PathBuf::from(root).join(&name));
            let made = fs::create_dir(&group.0);
            if made.is_ok() && fs::write(group.0.join(limit), bytes.to_string()).is_ok() {
                // Without this a machine with swap space only becomes slow.
                let _ = fs::write(group.0.join("memory.swap.max"), "0");
                return Some(group);
            }
        }
        println!("SKIPPED: this user cannot limit the memory of a control group");
        None
    }

    fn add(&self, process: u32) -> bool {
        fs::write(self.0.join("cgroup.procs"), process.to_string()).is_ok()
    }
}

impl Drop for MemoryGroup {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn row_33_stored_events_outlive_a_kill_by_the_system_for_memory() {
    let Some(group) = MemoryGroup::new(64 << 20) else {
        return;
    };
    let end = |host: Host| {
        assert!(group.add(host.child.id()));
        host.end("oom")
    };
    survives("oom", end, killed_by(libc::SIGKILL));
}

#[test]
fn row_33_events_in_memory_only_are_lost_with_their_process() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-end-in-memory");
    let ledger = Ledger::start(Answer::Unavailable);
    // Not a folder, so that nothing can be stored.
    let place = scratch.join("spool-host");
    fs::write(&place, "").unwrap();
    let mut host = Host::start(scratch.path(), &ledger.url(), &[]);
    assert_eq!(host.ask("record 1"), "m 1");
    host.kill();
    fs::remove_file(place).unwrap();
    ledger.answers(Answer::Accept);
    later_run(scratch.path(), &ledger.url(), &[], 2);
    assert_eq!(ledger.received(), [2]);
}

/// A process ends while its request has no answer.
fn unanswered(words: &[&str], end: &str) -> (Vec<i64>, String) {
    let name = format!("spool-end-unanswered-{end}-{}", words.len());
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &name);
    let ledger = Ledger::start(Answer::Silence);
    let mut host = Host::with_still_clock(scratch.path(), &ledger.url(), words);
    host.store(1);
    assert_eq!(host.ask("advance 2"), "advanced");
    let patience = telemetry_tests::client::PATIENCE;
    ledger.collector.wait_for_requests(1, patience).unwrap();
    // The request holds only the first event.
    host.store(2);
    if end == "kill" {
        host.kill();
    } else {
        host.end(end);
    }
    ledger.answers(Answer::Accept);
    let counts = later_run(scratch.path(), &ledger.url(), words, 3);
    assert_eq!(files(scratch.path()).len(), 0);
    (ledger.sorted(), counts)
}

#[test]
fn row_33_a_request_without_an_answer_at_the_end_is_repeated_only_if_the_policy_says_so() {
    for end in ["kill", "exit", "abort", "return"] {
        let (received, counts) = unanswered(&[], end);
        assert_eq!(received, [1, 2, 3], "{end}: {counts}");
        assert_eq!(count(&counts, "ambiguous"), 1, "{end}: {counts}");
        let (received, counts) = unanswered(&["least"], end);
        assert_eq!(received, [1, 1, 2, 3], "{end}: {counts}");
        assert_eq!(count(&counts, "dropped"), 0, "{end}: {counts}");
    }
}
