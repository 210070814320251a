//! The endpoint `stdout` when standard error is a full pipe in non-blocking mode.

use std::{
    collections::BTreeSet,
    io::{self, Read, Write},
    process::Command,
    thread,
};

use rustix::{
    fs::{OFlags, fcntl_setfl},
    pipe::fcntl_setpipe_size,
};
use serde_json::Value;

/// Bytes that the pipe holds at first.
const CAPACITY: usize = 8192;

const HOST: &str = env!("CARGO_BIN_EXE_audit_host");

/// Sends that many events of that size to a pipe which holds `filled` bytes and which is not read
/// before the end. Returns the numbers of the events in whole lines, and the counters: accepted,
/// delivered, dropped.
#[track_caller]
fn through_unread_pipe(events: u64, bytes: u64, filled: usize) -> (BTreeSet<u64>, Vec<u64>) {
    let (mut reader, mut writer) = io::pipe().unwrap();
    fcntl_setpipe_size(&writer, CAPACITY).unwrap();
    fcntl_setfl(&writer, OFlags::NONBLOCK).unwrap();
    writer.write_all(&vec![b'-'; filled]).unwrap();
    let output = Command::new(HOST)
        .args(["stderr", &events.to_string(), &bytes.to_string()])
        .stderr(writer)
        .output()
        .unwrap();
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    let text = &text[filled..];
    assert!(text.is_empty() || text.ends_with('\n'), "half a line");
    assert!(!text.contains('\u{202e}'));
    let mut numbers = BTreeSet::new();
    for line in text.lines() {
        let body: Value = serde_json::from_str(line).expect("a whole line");
        for event in body["events"].as_array().unwrap() {
            let parameters = &event["parameters"];
            assert!(parameters["text"].as_str().unwrap().ends_with('\u{202e}'));
            numbers.insert(parameters["number"].as_u64().unwrap());
        }
    }
    let counters = String::from_utf8(output.stdout).unwrap();
    let counters = counters
        .split_whitespace()
        .map(|count| count.parse().unwrap());
    (numbers, counters.collect())
}

#[test]
fn s12_a_full_standard_error_gets_whole_lines_or_none_and_the_rest_is_counted() {
    // The lines have 1, 6, 31 and 101 kB.
    let cases = [(12, 200), (4, 5000), (3, 30_000), (2, 100_000)];
    thread::scope(|scope| {
        for (events, bytes) in cases {
            for filled in [0, 100, CAPACITY] {
                scope.spawn(move || assert_whole_or_none(events, bytes, filled));
            }
        }
    });
}

#[track_caller]
fn assert_whole_or_none(events: u64, bytes: u64, filled: usize) {
    let (numbers, counters) = through_unread_pipe(events, bytes, filled);
    let context = format!("{events} of {bytes} after {filled}: {counters:?}");
    let [accepted, delivered, dropped] = counters[..] else {
        panic!("{context}");
    };
    let shown = u64::try_from(numbers.len()).unwrap();
    assert_eq!(
        (accepted, delivered + dropped),
        (events, events),
        "{context}"
    );
    assert_eq!(shown, delivered, "{context}");
    assert!(filled != CAPACITY || delivered == 0, "{context}");
    assert!(filled != 0 || delivered > 0, "{context}");
}
