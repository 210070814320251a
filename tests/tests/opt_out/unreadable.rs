//! Files that cannot be read while a client runs.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use super::*;

/// The lines of a client with a stored yes that uses up its descriptors. `refuse` runs when none is left,
/// `agree` after the client has recorded with free descriptors again.
fn without_descriptors(name: &str, refuse: fn(&Home), agree: fn(&Home)) -> Vec<String> {
    let home = Home::new(name);
    let file = ConsentFile::new(home.0.join("telemetry.toml"), "1.0");
    file.write(Answer::Yes, UNIX_EPOCH).unwrap();
    fs::write(home.administrator(), "telemetry = \"user\"\n").unwrap();
    let mut child = Command::new("/bin/sh")
        .args(["-c", "ulimit -n 40; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_no_descriptors_consent"))
        .arg(home.0.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    let mut hear = |count: usize| {
        for _ in 0..count {
            said.push(lines.next().unwrap().unwrap());
        }
    };
    hear(2);
    refuse(&home);
    input.write_all(b"record\n").unwrap();
    hear(2);
    input.write_all(b"record\n").unwrap();
    hear(1);
    agree(&home);
    input.write_all(b"check\n").unwrap();
    hear(1);
    assert!(child.wait().unwrap().success(), "{said:?}");
    said
}

const AGREED: &str = "on: you agreed to telemetry";

#[test]
fn s1_without_a_descriptor_no_event_is_sent_after_another_process_stores_a_no() {
    let said = without_descriptors(
        "s1-answer",
        |home| {
            let file = ConsentFile::new(home.0.join("telemetry.toml"), "1.0");
            file.write(Answer::No, UNIX_EPOCH).unwrap();
        },
        |home| {
            let file = ConsentFile::new(home.0.join("telemetry.toml"), "1.0");
            file.write(Answer::Yes, UNIX_EPOCH).unwrap();
        },
    );
    assert_eq!(
        said,
        [
            format!("1 sent, 0 held, 0 dropped, {AGREED}"),
            "no descriptor is left".to_owned(),
            format!("1 sent, 1 held, 0 dropped, {AGREED}"),
            AGREED.to_owned(),
            format!("1 sent, 0 held, 2 dropped, {BY_ANSWER}"),
            format!("2 sent, 0 held, 2 dropped, {AGREED}"),
        ]
    );
}

#[test]
fn s1_without_a_descriptor_no_event_is_sent_after_another_process_leaves_the_marker() {
    let said = without_descriptors(
        "s1-marker",
        |home| fs::write(home.0.join("do_not_track"), "").unwrap(),
        |home| fs::remove_file(home.0.join("do_not_track")).unwrap(),
    );
    let marked = "off: the file ~/do_not_track exists";
    assert_eq!(
        said,
        [
            format!("1 sent, 0 held, 0 dropped, {AGREED}"),
            "no descriptor is left".to_owned(),
            format!("1 sent, 0 held, 1 dropped, {marked}"),
            marked.to_owned(),
            format!("1 sent, 0 held, 1 dropped, {marked}"),
            format!("2 sent, 0 held, 1 dropped, {AGREED}"),
        ]
    );
}

#[test]
fn a2_without_a_descriptor_no_event_is_sent_after_the_administrator_forbids_it() {
    let said = without_descriptors(
        "a2-administrator",
        |home| fs::write(home.administrator(), "").unwrap(),
        |home| fs::remove_file(home.administrator()).unwrap(),
    );
    assert_eq!(
        said,
        [
            format!("1 sent, 0 held, 0 dropped, {AGREED}"),
            "no descriptor is left".to_owned(),
            format!("1 sent, 1 held, 0 dropped, {AGREED}"),
            AGREED.to_owned(),
            format!("1 sent, 0 held, 2 dropped, {BY_ADMINISTRATOR}"),
            format!("2 sent, 0 held, 2 dropped, {AGREED}"),
        ]
    );
}

#[test]
fn s1_events_that_wait_for_a_descriptor_are_sent_when_nothing_refuses() {
    let said = without_descriptors("s1-free", |_| {}, |_| {});
    assert_eq!(
        said,
        [
            format!("1 sent, 0 held, 0 dropped, {AGREED}"),
            "no descriptor is left".to_owned(),
            format!("1 sent, 1 held, 0 dropped, {AGREED}"),
            AGREED.to_owned(),
            // The event that waited, and the next one.
            format!("3 sent, 0 held, 0 dropped, {AGREED}"),
            format!("4 sent, 0 held, 0 dropped, {AGREED}"),
        ]
    );
}

/// A loop of links in the place of the marker or of the consent file: `stat` fails, and the error is
/// not "not found".
#[test]
fn c6_a_marker_or_consent_file_that_cannot_be_checked_refuses_in_a_running_client() {
    let (marker, unreadable) = (
        "off: the file ~/.config/tool/do_not_track cannot be checked",
        "off: the consent file cannot be read",
    );
    let cases = [(MARKER, marker), (CONSENT, unreadable)];
    for (path, sentence) in cases {
        let (home, memory) = agreed(&format!("c6-{}", path.len()));
        let telemetry = home.builder(&ASKING).transport(memory.clone()).build();
        telemetry.record(&run(1));
        assert!(telemetry.flush(PATIENCE).is_complete());
        let path = home.0.join(path);
        let _ = fs::remove_file(&path);
        std::os::unix::fs::symlink(&path, &path).unwrap();
        telemetry.record(&run(2));
        let _ = telemetry.flush(PATIENCE);
        assert_eq!(telemetry.decision().to_string(), sentence);
        assert_eq!(sent(&memory).0, [1]);
        let decision = home
            .builder(&ASKING)
            .transport(NullTransport)
            .build()
            .decision();
        assert_eq!(
            (decision.on, decision.to_string()),
            (false, sentence.to_owned())
        );
    }
}

#[test]
fn c6_a_file_that_could_not_be_checked_at_the_programs_opt_out_turns_nothing_on_later() {
    let (home, memory) = agreed("c6-program");
    let telemetry = home.builder(&ASKING).transport(memory).build();
    let marker = home.marker();
    std::os::unix::fs::symlink(&marker, &marker).unwrap();
    telemetry.opt_out();
    fs::remove_file(&marker).unwrap();
    assert!(!telemetry.recheck().on);
    assert_off(&telemetry, DecisionSource::Program, BY_PROGRAM);
}
