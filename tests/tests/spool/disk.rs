//! Clients on a disk that is full, and files that may not grow.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use telemetry_tests::scratch::Scratch;

use super::{
    host::{Host, PROGRAM, count, later_run},
    ledger::{Answer, Ledger},
};

/// True if this user may mount a file system in a namespace; prints a line otherwise.
fn can_mount() -> bool {
    let mut program = Command::new("unshare");
    program.args(["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]);
    let status = program.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let can = status.is_ok_and(|status| status.success());
    if !can {
        println!("SKIPPED: this user cannot mount a file system in a namespace");
    }
    can
}

/// A process in a namespace in which `state` is a file system of 64 KiB. After its end the file system gets more
/// space, because the notes about requests need some, and a second process starts there.
fn on_a_small_disk(state: &Path, url: &str) -> Host {
    let script = format!(
        "mount -t tmpfs -o size=64k,mode=700 none \"$1\" || exit 9
        \"$0\" \"$1\" {url} 1.0.0 virtual least
        mount -o remount,size=1m \"$1\" && echo next
        exec \"$0\" \"$1\" {url} 1.0.0 virtual least"
    );
    let mut program = Command::new("unshare");
    program.args(["-Urm", "sh", "-c", &script, PROGRAM]);
    program.arg(state);
    Host::run(program)
}

/// The durable and the other numbers of an answer to `fill`.
fn fates(answer: &str) -> (Vec<i64>, Vec<i64>) {
    let words: Vec<_> = answer.split_whitespace().collect();
    let of = |fate: &str| {
        let pairs = words.chunks(2).filter(|pair| pair[0] == fate);
        pairs.map(|pair| pair[1].parse().unwrap()).collect()
    };
    (of("d"), of("m"))
}

#[test]
fn row_54_on_a_full_disk_whole_events_are_stored_and_the_others_are_in_memory() {
    if !can_mount() {
        return;
    }
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-full-disk");
    let ledger = Ledger::start(Answer::Unavailable);
    let mut host = on_a_small_disk(scratch.path(), &ledger.url());
    let answer = host.ask("fill 2000");
    let (durable, memory) = fates(&answer);
    assert!(durable.len() > 100, "{answer}");
    assert!(memory.len() > 100, "{answer}");
    // The first process ends, and the second one begins.
    assert_eq!(host.ask("abort"), "next");
    ledger.answers(Answer::Accept);
    let counts = host.ask("deliver 2000");
    assert_eq!(count(&counts, "dropped"), 0, "{counts}");
    let mut expected = durable;
    expected.push(2000);
    assert_eq!(ledger.unique(), expected, "{counts}");
    assert!(host.end("return").success());
}

#[test]
fn row_54_a_limit_on_the_size_of_files_ends_no_process_and_loses_no_stored_event() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-file-limit");
    let ledger = Ledger::start(Answer::Unavailable);
    let mut program = Command::new("sh");
    // Blocks of 512 bytes.
    program.args(["-c", "ulimit -f 20 && exec \"$0\" \"$@\"", PROGRAM]);
    program
        .arg(scratch.path())
        .args([&ledger.url(), "1.0.0", "virtual", "least"]);
    let mut host = Host::run(program);
    let answer = host.ask("fill 1000");
    let (durable, memory) = fates(&answer);
    assert!(durable.len() > 20, "{answer}");
    assert_eq!(durable.len() + memory.len(), 1000);
    assert!(!memory.is_empty(), "{answer}");
    host.kill();
    ledger.answers(Answer::Accept);
    later_run(scratch.path(), &ledger.url(), &["least"], 1000);
    let mut expected = durable;
    expected.push(1000);
    assert_eq!(ledger.unique(), expected);
}
