//! The tool that keeps its events in files while it is offline, as a program.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod common;

use std::{net::SocketAddr, time::Instant};

use serde_json::Value;
use telemetry_runtime::testing::{Collector, UnreachableEndpoint};

use self::common::{Folder, Run, TIMEOUT};

const PROGRAM: &str = env!("CARGO_BIN_EXE_word_count");

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    // Other users must not be able to write to the home directory.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.path(""), private).unwrap();
    }
    folder
}

fn count(folder: &Folder, address: SocketAddr, file: &str) -> Run {
    let endpoint = format!("http://{address}/events");
    folder.run(PROGRAM, &[("WORD_COUNT_ENDPOINT", &endpoint)], &[file])
}

fn telemetry(folder: &Folder, env: &[(&str, &str)], word: &str) -> Value {
    let run = folder.run(PROGRAM, env, &["telemetry", word, "--json"]);
    serde_json::from_str(&run.ended(0, &[]).out).unwrap()
}

/// The number of events that wait in files.
fn held(folder: &Folder) -> u64 {
    let status = telemetry(folder, &[], "status");
    status["heldOnDisk"]["folders"][0]["events"]
        .as_u64()
        .unwrap()
}

#[test]
fn the_event_of_a_run_without_a_collector_waits_in_a_file_and_is_shown_and_removed() {
    let folder = folder("word-count-offline");
    let file = folder.file("text.txt", "one two three\n");
    let offline = UnreachableEndpoint::refusing().unwrap();
    let run = count(&folder, offline.address(), &file);
    assert_eq!(run.ended(0, &[]).out, format!("       3 {file}\n"));
    assert_eq!(run.err, "");
    assert_eq!(held(&folder), 1);
    let shown = telemetry(&folder, &[], "show");
    assert_eq!(shown["held"][0]["name"], "words_counted");
    assert_eq!(shown["held"][0]["parameters"]["files"], "0-1");
    assert_eq!(shown["held"][0]["parameters"]["outcome"], "success");
    let purged = telemetry(&folder, &[], "purge");
    assert_eq!(purged["removedEvents"][0]["events"], 1);
    assert_eq!(held(&folder), 0);
    // A run that may not send stores nothing, and removes what is held.
    count(&folder, offline.address(), &file).ended(0, &[]);
    assert_eq!(held(&folder), 1);
    let run = folder.run(PROGRAM, &[("DO_NOT_TRACK", "1")], &[&file]);
    run.ended(0, &[]);
    assert_eq!(held(&folder), 0);
}

#[test]
fn the_event_of_a_run_with_a_collector_arrives_after_its_exit() {
    let folder = folder("word-count-online");
    let collector = Collector::start().unwrap();
    let missing = folder.path("missing.txt");
    let run = count(&folder, collector.address(), &missing);
    run.ended(1, &["word_count: ", "missing.txt"]);
    // The background sender sends it, unless the program did.
    let requests = collector.wait_for_requests(1, TIMEOUT).unwrap();
    let sent: Value = serde_json::from_slice(&requests[0].body).unwrap();
    let events = sent["events"].as_array().unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["parameters"]["outcome"], "failure");
    assert!(!events[0].to_string().contains("missing"));
}

#[test]
fn after_a_refusal_nothing_is_sent_and_no_sender_is_started() {
    let folder = folder("word-count-refused");
    let file = folder.file("text.txt", "one two three\n");
    let collector = Collector::start().unwrap();
    telemetry(&folder, &[], "disable");
    count(&folder, collector.address(), &file).ended(0, &[]);
    assert_eq!(held(&folder), 0);
    // A sender that is started has this file.
    let lock = folder.path(".local/state/word_count/events/sender.lock");
    assert!(!std::path::Path::new(&lock).exists());
    assert_eq!(collector.counts().attempts, 0);
}

#[test]
fn status_names_the_background_sender_and_purge_removes_its_file() {
    let folder = folder("word-count-sender");
    let file = folder.file("text.txt", "one two three\n");
    let offline = UnreachableEndpoint::refusing().unwrap();
    count(&folder, offline.address(), &file).ended(0, &[]);
    let status = telemetry(&folder, &[], "status");
    let sent_by = status["heldOnDisk"]["sentBy"].as_str().unwrap();
    assert!(sent_by.starts_with("the background sender"), "{sent_by}");
    let lock = folder.path(".local/state/word_count/events/sender.lock");
    assert!(std::path::Path::new(&lock).exists());
    // The sender that runs keeps its file.
    let deadline = Instant::now() + TIMEOUT;
    while std::path::Path::new(&lock).exists() {
        assert!(Instant::now() < deadline);
        telemetry(&folder, &[], "purge");
    }
}
