//! The time that the end of a client takes with and without the start of the background sender, in programs with
//! little and with much resident memory.
//!
//! Run it with `cargo bench -p telemetry-tests --bench sender_start`. Each round is a program with a home
//! directory of its own, which stores one event and ends its client. The goal is at most 2 ms in 99 of 100
//! rounds.
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::{
    fs::{self, File},
    path::Path,
    process::Command,
    thread,
    time::Duration,
};

use telemetry_runtime::testing::Collector;

const ROUNDS: usize = 200;
const WARM_UP: usize = 5;

fn main() {
    let collector = Collector::start().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sender-start");
    println!("microseconds for the end of a client");
    println!("| resident memory | sender | median | 99 of 100 | longest |");
    println!("| --- | --- | --- | --- | --- |");
    for (mib, rounds) in [(0, ROUNDS), (2048, ROUNDS / 2)] {
        for (what, sender) in [("measured-no-token", "no"), ("measured", "yes")] {
            let mut times: Vec<u64> = (0..WARM_UP + rounds)
                .map(|_| round(&folder, &collector.url(), what, mib))
                .skip(WARM_UP)
                .collect();
            times.sort_unstable();
            let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)] / 1000;
            let (median, p99, most) = (at(50), at(99), at(100));
            println!("| {mib} MiB | {sender} | {median} | {p99} | {most} |");
        }
    }
}

/// Nanoseconds.
fn round(folder: &Path, endpoint: &str, what: &str, mib: usize) -> u64 {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sender_host"))
        .args(["1", what, &mib.to_string()])
        .env_clear()
        .env("HOME", folder)
        .env("SENDER_HOST_ENDPOINT", endpoint)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let time = text.trim().parse().unwrap();
    await_end_of_sender(
        &folder.join(".local/state/sender-host/events/sender.lock"),
        what,
    );
    time
}

/// The next round must not run beside the sender of this one.
fn await_end_of_sender(lock: &Path, what: &str) {
    let ended = || {
        let file = File::open(lock).unwrap();
        file.try_lock().is_ok() && !fs::read_to_string(lock).unwrap().starts_with("started")
    };
    assert_eq!(
        lock.exists(),
        what == "measured",
        "whether a sender was started"
    );
    while lock.exists() && !ended() {
        thread::sleep(Duration::from_millis(1));
    }
}
