//! The events that are held in files: shown by `status` and `show`, removed by `purge` and `disable`.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant, UNIX_EPOCH},
};

use expect_test::expect_file;
use serde_json::Value;
use telemetry_examples::{agent_toolkit::NatCliCommand, nemo::TaskStatus};
use telemetry_runtime::{
    Client, ClientBuilder, Durability, Label, SessionId,
    testing::{Collector, ScriptedResponse, UnreachableEndpoint, VirtualClock},
};
use telemetry_tests::{client::PATIENCE, scratch::Scratch};

use super::support::{FOLDER, HELD, command, environment, scratch, typed, with};

pub(crate) fn event(version: &str) -> NatCliCommand {
    NatCliCommand::builder()
        .command(Label("run"))
        .task_status(TaskStatus::Success)
        .exit_code(0)
        .python_version(version.to_owned())
        .build()
}

/// A client that holds its events in files below `home`.
pub(crate) fn builder(home: &Path, endpoint: String) -> ClientBuilder {
    let builder = Client::builder(&HELD).env(environment(home, &[]));
    let builder = builder.durability(Durability::Process).endpoint(endpoint);
    builder.exit_budget(PATIENCE)
}

/// A run that records events and ends without a collector.
fn offline_run(home: &Path, versions: &[&str]) {
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let clock = VirtualClock::new(UNIX_EPOCH + Duration::from_secs(1_767_323_045));
    let client = builder(home, endpoint.url()).clock(&clock).build();
    for version in versions {
        let accepted = client.try_record(&event(version)).unwrap();
        assert!(accepted.is_durable());
        clock.advance(Duration::from_millis(1));
    }
    end(&client);
}

/// Ends a client that stores all of its events, and waits for the end of its worker.
pub(crate) fn end(client: &Client) {
    let _ = client.shutdown(Duration::ZERO);
    let deadline = Instant::now() + PATIENCE;
    while client.health().held() > 0 {
        assert!(Instant::now() < deadline, "{:?}", client.health());
        thread::yield_now();
    }
    let _ = client.shutdown(PATIENCE);
}

pub(crate) fn folder(home: &Scratch) -> PathBuf {
    let state = match () {
        () if cfg!(target_vendor = "apple") => "Library/Application Support",
        () if cfg!(windows) => "AppData/Local",
        () => ".local/state",
    };
    home.join(state).join(FOLDER)
}

/// The files in the folder of the events.
pub(crate) fn files(home: &Scratch) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder(home)) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// `heldOnDisk` of `status`.
pub(crate) fn held_on_disk(home: &Scratch) -> Value {
    let status = typed(&command(&HELD, home.path()), &["status", "--json"]);
    status.json()["heldOnDisk"].clone()
}

/// The output with the same path and size on every machine. A size depends on the name of the processor.
fn stable(home: &Scratch, output: &str) -> String {
    let mut text = output.replace(home.path().to_str().unwrap(), "/home/alice");
    if let Some(path) = files(home).first() {
        let bytes = fs::metadata(path).unwrap().len();
        text = text.replace(&format!("\"bytes\": {bytes}"), "\"bytes\": 1500");
        text = text.replace(&format!("({} KiB)", bytes / 1024), "(1 KiB)");
    }
    text
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn a_user_sees_what_is_held_and_what_is_removed() {
    let home = scratch("held-golden");
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let id = "8a1f0c52-4f0e-4b3a-9d3e-0123456789ab"
        .parse::<SessionId>()
        .unwrap();
    let fill = || {
        let clock = VirtualClock::new(UNIX_EPOCH + Duration::from_secs(1_767_323_045));
        let client = builder(home.path(), endpoint.url()).clock(&clock);
        let client = client.session_id(id.clone()).build();
        client.record(&event("3.13.1"));
        clock.advance(Duration::from_millis(1500));
        client.record(&event("undefined"));
        end(&client);
    };
    for width in [60, 80] {
        let tool = command(&HELD, home.path()).width(width);
        let shown = |words: &[&str]| {
            let answered = typed(&tool, words);
            assert_eq!((answered.code, &*answered.err), (0, ""), "{words:?}");
            stable(&home, &answered.out)
        };
        let file = |name: &str| format!("../../golden/held-{name}-{width}.txt");
        expect_file![file("empty")].assert_eq(&shown(&["status"]));
        fill();
        expect_file![file("status")].assert_eq(&shown(&["status"]));
        expect_file![file("show")].assert_eq(&shown(&["show"]));
        expect_file![file("purge")].assert_eq(&shown(&["purge"]));
        fill();
        expect_file![file("disable")].assert_eq(&shown(&["disable"]));
        fs::remove_file(home.join(".config/held/do_not_track")).unwrap();
    }
    fill();
    let tool = command(&HELD, home.path());
    for word in ["status", "purge"] {
        let json = stable(&home, &typed(&tool, &[word, "--json"]).out);
        let file = format!("../../golden/held-{word}.json");
        expect_file![file].assert_eq(&json);
    }
}

#[test]
fn show_prints_each_held_event_as_it_is_sent() {
    let home = scratch("held-show");
    // A control character of a terminal is text of the event.
    offline_run(home.path(), &["3.12", "3.13-\u{9b}2J\u{202e}é"]);
    let tool = command(&HELD, home.path());
    let json = typed(&tool, &["show", "--json"]);
    assert!(json.out.is_ascii());
    let held = json.json()["held"].clone();
    let versions: Vec<_> = held.as_array().unwrap().iter().map(version_of).collect();
    assert_eq!(versions, ["3.12", "3.13-\u{9b}2J\u{202e}é"]);
    assert_eq!(held[0]["ts"], "2026-01-02T03:04:05.000Z");
    assert_eq!(held[0]["name"], "nat_cli_command");
    let text = typed(&tool, &["show"]).out;
    assert!(text.contains("2 events wait to be sent.\n"), "{text}");
    assert!(
        text.contains("\"pythonVersion\": \"3.13-\\u009b2J\\u202eé\""),
        "{text}"
    );
    assert!(!text.contains(['\u{9b}', '\u{202e}']));
    // Each event is shown with the text that a file holds.
    let stored = fs::read(&files(&home)[0]).unwrap();
    let stored = String::from_utf8_lossy(&stored);
    for event in held.as_array().unwrap() {
        assert!(stored.contains(&event["parameters"].to_string()), "{event}");
    }
}

fn version_of(event: &Value) -> &str {
    event["parameters"]["pythonVersion"].as_str().unwrap()
}

#[test]
fn row_60_a_damaged_record_is_named_and_no_event_is_invented() {
    let home = scratch("held-damaged");
    offline_run(home.path(), &["1", "2"]);
    let [file] = &files(&home)[..] else {
        panic!("one file")
    };
    let whole = fs::read(file).unwrap();
    let name = file.file_name().unwrap().to_str().unwrap();
    let tool = command(&HELD, home.path()).width(200);
    let [first, second] = ends_of_events(&whole)[..] else {
        panic!("two events")
    };
    let mut torn = whole.clone();
    torn[second - 1] ^= 1;
    fs::write(file, &torn).unwrap();
    let status = held_on_disk(&home)["folders"][0].clone();
    assert_eq!(status["events"], 1);
    let damaged = status["damaged"][0].as_str().unwrap();
    assert!(
        damaged.starts_with(&format!("{name}: the last ")),
        "{damaged}"
    );
    assert!(damaged.ends_with(" bytes are damaged"), "{damaged}");
    for word in ["status", "show"] {
        let text = typed(&tool, &[word]).out;
        assert!(text.contains(damaged), "{text}");
    }
    let shown = typed(&tool, &["show", "--json"]).json();
    assert_eq!(shown["held"].as_array().unwrap().len(), 1);
    assert_eq!(version_of(&shown["held"][0]), "1");
    assert_eq!(shown["damaged"][0], damaged);
    // The first byte of the file.
    let mut bad = whole.clone();
    bad[0] ^= 1;
    fs::write(file, &bad).unwrap();
    let status = held_on_disk(&home)["folders"][0].clone();
    assert_eq!(status["events"], 0);
    assert_eq!(
        status["damaged"][0],
        format!("{name}: its start is damaged")
    );
    let text = typed(&tool, &["show"]).out;
    assert!(text.contains("No event waits to be sent.\n"), "{text}");
    // Every cut shows a number of whole events.
    for length in (0..=whole.len()).step_by(7) {
        fs::write(file, &whole[..length]).unwrap();
        let shown = typed(&tool, &["show", "--json"]).json();
        let held = shown["held"].as_array().unwrap();
        let versions: Vec<_> = held.iter().map(version_of).collect();
        let events = usize::from(length >= first) + usize::from(length >= second);
        assert_eq!(versions, ["1", "2"][..events], "{length}");
        let is_named = !shown["damaged"].as_array().unwrap().is_empty();
        assert!(
            is_named || !(first + 1..second).contains(&length),
            "{length}"
        );
    }
    fs::write(file, &whole).unwrap();
    assert_eq!(held_on_disk(&home)["folders"][0]["events"], 2);
}

/// The lengths of a file up to the end of each of its events.
fn ends_of_events(file: &[u8]) -> Vec<usize> {
    let end = b"\"name\":\"nat_cli_command\"}";
    let starts = file.windows(end.len()).enumerate();
    let found = starts.filter(|(_, text)| text == end);
    found.map(|(start, _)| start + end.len()).collect()
}

#[test]
fn row_48_files_of_another_version_and_of_other_programs_are_not_read() {
    let home = scratch("held-others");
    offline_run(home.path(), &["1"]);
    let put = |name: &str| fs::write(folder(&home).join(name), "x").unwrap();
    put("v2-1767323045000-1-future.seg");
    put("notes.txt");
    let status = held_on_disk(&home)["folders"][0].clone();
    assert_eq!(status["events"], 1);
    assert_eq!(status["files"], 2);
    assert_eq!(status["otherVersion"], 1);
    let tool = command(&HELD, home.path()).width(100);
    let text = typed(&tool, &["status"]).out;
    let expected = "  unknown      1 file of another version, kept for 7 days\n";
    assert!(text.contains(expected), "{text}");
    assert_eq!(typed(&tool, &["purge"]).code, 0);
    assert_eq!(files(&home), [folder(&home).join("notes.txt")]);
}

#[test]
fn status_names_the_run_that_sends_held_events() {
    let home = scratch("held-sent-by");
    offline_run(home.path(), &["1"]);
    let status = |set| {
        let tool = with(&HELD, home.path(), set).width(100);
        typed(&tool, &["status"]).out
    };
    let later =
        "sent by      a later run within 7 days, to the same address and under the same answer\n";
    assert!(status(&[]).contains(later), "{}", status(&[]));
    let token = telemetry_runtime::sender::run_if_requested(&HELD);
    let tool = with(&HELD, home.path(), &[]).width(100).sender(token);
    let out = typed(&tool, &["status"]).out;
    let sender = "sent by      the background sender at the end of a run, or a later run;";
    assert!(out.contains(sender), "{out}");
    let none = "sent by      no run while telemetry is off; purge removes them\n";
    let off = status(&[("DO_NOT_TRACK", "1")]);
    assert!(off.contains(none), "{off}");
    assert_eq!(
        held_on_disk(&home)["folders"][0]["events"],
        1,
        "status only reads"
    );
}

#[test]
fn an_event_in_a_request_without_an_answer_is_marked() {
    let home = scratch("held-unanswered");
    let held = ScriptedResponse::status(200).hold();
    let collector = Collector::script([held]).unwrap();
    let client = builder(home.path(), collector.url()).build();
    client.record(&event("1"));
    let _ = client.flush(Duration::ZERO);
    collector.wait_for_requests(1, PATIENCE).unwrap();
    assert_eq!(held_on_disk(&home)["folders"][0]["unanswered"], 1);
    let shown = typed(&command(&HELD, home.path()).width(100), &["show"]).out;
    let marked = "  A request with it was not answered, so it can have been received.\n";
    assert!(shown.contains(marked), "{shown}");
    collector.release();
    assert!(client.flush(PATIENCE).is_complete());
    assert_eq!(held_on_disk(&home)["folders"][0]["events"], 0);
}

#[test]
fn purge_removes_held_events_of_every_place_and_reports_them() {
    let home = scratch("held-purge");
    offline_run(home.path(), &["1"]);
    let moved = home.join("moved");
    let environment = environment(home.path(), &[]);
    let lookup = Arc::new(move |name: &str| match name {
        "XDG_STATE_HOME" | "LOCALAPPDATA" => Some(moved.clone().into()),
        _ => environment(name),
    });
    let lookup = || {
        let lookup = Arc::clone(&lookup);
        move |name: &str| lookup(name)
    };
    let places = if cfg!(target_vendor = "apple") { 1 } else { 2 };
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let client = Client::builder(&HELD).env(lookup());
    let client = client
        .durability(Durability::Process)
        .endpoint(endpoint.url())
        .build();
    client.record(&event("2"));
    end(&client);
    let tool = || command(&HELD, home.path()).env(lookup());
    let held = |json: Value| json["heldOnDisk"]["folders"].as_array().unwrap().len();
    assert_eq!(held(typed(&tool(), &["status", "--json"]).json()), places);
    let purged = typed(&tool(), &["purge", "--json"]).json();
    let removed = purged["removedEvents"].as_array().unwrap();
    assert_eq!(removed.len(), places);
    let events = removed.iter().map(|it| it["events"].as_u64().unwrap());
    assert_eq!(events.sum::<u64>(), 2);
    assert_eq!(files(&home).len(), 0);
    assert_eq!(held(typed(&tool(), &["status", "--json"]).json()), 1);
    let again = typed(&tool(), &["purge"]).out;
    assert!(
        again.starts_with("There was nothing to remove.\n"),
        "{again}"
    );
}

#[test]
fn row_65_disable_removes_held_events_and_a_running_client_stores_none_again() {
    let home = scratch("held-disable");
    offline_run(home.path(), &["1"]);
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let client = builder(home.path(), endpoint.url()).build();
    client.record(&event("2"));
    assert_eq!(files(&home).len(), 2);
    let tool = command(&HELD, home.path()).width(100).client(&client);
    let disabled = typed(&tool, &["disable"]);
    assert_eq!(disabled.code, 0, "{}", disabled.err);
    assert_eq!(files(&home).len(), 0);
    assert!(!client.is_on());
    client.record(&event("3"));
    assert_eq!(files(&home).len(), 0);
    // A yes brings none of them back.
    assert_eq!(typed(&tool, &["enable"]).code, 0);
    assert_eq!(held_on_disk(&home)["folders"][0]["events"], 0);
}

#[test]
fn a_refusal_that_cannot_be_stored_removes_held_events() {
    let home = scratch("held-not-kept");
    offline_run(home.path(), &["1"]);
    // There is no marker file below a file.
    fs::write(home.join(".config"), "").unwrap();
    let disabled = typed(&command(&HELD, home.path()), &["disable"]);
    assert_eq!(disabled.code, 1);
    assert_eq!(files(&home).len(), 0);
}

#[test]
fn status_counts_the_events_of_the_programs_client_that_are_not_in_files() {
    let home = scratch("held-not-stored");
    // A file where the folder belongs.
    fs::create_dir_all(folder(&home).parent().unwrap()).unwrap();
    fs::write(folder(&home), "").unwrap();
    let collector = Collector::start().unwrap();
    let client = builder(home.path(), collector.url()).build();
    assert!(!client.try_record(&event("1")).unwrap().is_durable());
    let tool = command(&HELD, home.path()).width(100).client(&client);
    let status = typed(&tool, &["status", "--json"]).json()["heldOnDisk"].clone();
    assert_eq!(status["storedInThisRun"], 0);
    assert_eq!(status["notStoredInThisRun"], 1);
    assert!(status["notStoring"].is_string(), "{status}");
    let text = typed(&tool, &["status"]).out;
    assert!(
        text.contains("not stored   1 event of this run\n"),
        "{text}"
    );
    assert!(client.flush(PATIENCE).is_complete());
    assert_eq!(client.health().delivered(), 1);
}
