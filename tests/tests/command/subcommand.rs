//! The subcommand in process, with custom streams and a custom environment.
//!
//! The texts in `golden/` are the expected output; `UPDATE_EXPECT=1` rewrites them. The program in a
//! real terminal is tested in `terminal.rs`.

use std::{fs, path::Path};

use expect_test::expect_file;
use telemetry_examples::{agent_toolkit::DISCLOSURE, validate::Schemas};
use telemetry_runtime::{
    Client, Disclosure, TelemetryCommand,
    consent::{ConsentFile, StoredConsent},
    transport::NullTransport,
};

use super::support::{
    CONSENT, MARKED, MARKER, PLAIN, TOOL, command, environment, scratch, typed, with,
};

#[cfg(unix)]
#[test]
fn status_and_show_read_well_in_a_narrow_and_in_a_wide_terminal() {
    let home = Path::new("/home/alice");
    for width in [60, 100] {
        let command = TelemetryCommand::new(DISCLOSURE)
            .env(environment(home, &[]))
            .width(width);
        let file = |name: &str| format!("../../golden/{name}-{width}.txt");
        expect_file![file("status")].assert_eq(&typed(&command, &["status"]).out);
        expect_file![file("show")].assert_eq(&typed(&command, &["show"]).out);
    }
    let command =
        TelemetryCommand::new(DISCLOSURE).env(environment(home, &[("DO_NOT_TRACK", "1")]));
    expect_file!["../../golden/refused-60.txt"].assert_eq(&typed(&command, &["enable"]).err);
    expect_file!["../../golden/status.json"].assert_eq(&typed(&command, &["status", "--json"]).out);
}

#[test]
fn an_answer_is_stored_and_counts_at_once() {
    let scratch = scratch("answer");
    let command = command(&TOOL, scratch.path());
    let file = ConsentFile::new(scratch.join(CONSENT), "1.0");
    assert_eq!(
        typed(&command, &["status", "--json"]).json()["answer"]["stored"],
        "absent"
    );

    let answered = typed(&command, &["enable"]);
    assert_eq!((answered.code, answered.err.as_str()), (0, ""));
    assert!(
        answered
            .out
            .starts_with("Your answer is yes.\nTelemetry of Tool is on: you agreed to telemetry\n"),
        "{}",
        answered.out
    );
    assert!(matches!(file.read(), StoredConsent::Yes { .. }));
    let status = typed(&command, &["--json"]).json();
    assert_eq!(status["on"], true);
    assert_eq!(status["source"], "consent");
    assert_eq!(status["answer"]["stored"], "yes");
    assert_eq!(
        status["answer"]["path"],
        scratch.join(CONSENT).to_str().unwrap()
    );

    let answered = typed(&command, &["disable", "--json"]);
    assert_eq!(answered.code, 0);
    assert_eq!(answered.json()["stored"], "no");
    assert_eq!(answered.json()["reason"], "off: you declined telemetry");
    assert!(matches!(file.read(), StoredConsent::No { .. }));
    // Only a yes takes back a no.
    assert_eq!(typed(&command, &["enable", "--json"]).json()["on"], true);
}

#[test]
fn a_file_that_is_not_valid_or_cannot_be_read_is_reported_as_that() {
    let scratch = scratch("broken");
    let command = command(&TOOL, scratch.path()).width(100);
    let path = scratch.join(CONSENT);
    assert_eq!(typed(&command, &["disable"]).code, 0);
    let status = || typed(&command, &["status", "--json"]).json();

    fs::write(&path, "[telemetry]\nconsent = false\n").unwrap();
    assert_eq!(status()["answer"]["stored"], "invalid");
    assert_eq!(status()["reason"], "off: the consent file is not valid");
    let text = typed(&command, &["status"]).out;
    assert!(text.contains("the file is not valid, treated as no"));
    // A typed yes is a new answer; the old text is kept.
    assert_eq!(typed(&command, &["enable"]).code, 0);
    assert_eq!(status()["answer"]["stored"], "yes");

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(status()["answer"]["stored"], "unreadable");
    assert_eq!(status()["reason"], "off: the consent file cannot be read");
    let text = typed(&command, &["status"]).out;
    assert!(text.contains("the file cannot be read, treated as no"));
    assert_eq!(typed(&command, &["enable"]).code, 1);
    assert_eq!(status()["on"], false);
}

#[cfg(unix)]
#[test]
fn a_marker_that_cannot_be_checked_refuses_and_is_reported_as_that() {
    let scratch = scratch("circle");
    let marked = command(&MARKED, scratch.path()).width(100);
    let path = scratch.join(MARKER);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&path, &path).unwrap();
    let status = typed(&marked, &["status"]).out;
    let words: Vec<_> = status.split_whitespace().collect();
    let shown = words.join(" ");
    assert!(
        shown.contains("(cannot be checked, treated as present)"),
        "{shown}"
    );
    let status = typed(&marked, &["status", "--json"]).json();
    assert_eq!(status["on"], false);
    let reason = format!("off: the file ~/{MARKER} cannot be checked");
    assert_eq!(status["reason"], reason.as_str());
}

#[test]
fn enable_is_refused_while_anything_outranks_a_yes() {
    type Env = &'static [(&'static str, &'static str)];
    let cases: [(Env, &str); 4] = [
        (&[("DO_NOT_TRACK", "1")], "DO_NOT_TRACK=1 is set"),
        (&[("TOOL_TELEMETRY", "0")], "TOOL_TELEMETRY=0 is set"),
        (
            &[("EXAMPLE_TELEMETRY", "no")],
            "EXAMPLE_TELEMETRY=no is set",
        ),
        (&[("CI", "true")], "CI=true is set"),
    ];
    let scratch = scratch("refused");
    for (set, why) in cases {
        let command = with(&TOOL, scratch.path(), set).width(100);
        let answered = typed(&command, &["enable"]);
        assert_eq!((answered.code, answered.out.as_str()), (3, ""), "{why}");
        let said = answered.err.replace('\n', " ");
        assert!(
            said.starts_with(&format!(
                "Telemetry was not enabled and no answer was stored: {why}. "
            )),
            "{said}"
        );
        assert!(!scratch.join(CONSENT).exists(), "{why}");
        // To refuse is always possible.
        assert_eq!(typed(&command, &["disable"]).code, 0, "{why}");
        fs::remove_file(scratch.join(CONSENT)).unwrap();
    }
}

#[test]
fn a_product_without_consent_stores_a_refusal_as_its_marker_file() {
    let scratch = scratch("marker");
    let marked = command(&MARKED, scratch.path());
    let status = |command| typed(command, &["status", "--json"]).json();
    assert_eq!(status(&marked)["on"], true);

    assert_eq!(typed(&marked, &["disable"]).code, 0);
    assert!(scratch.join(MARKER).is_file());
    assert_eq!(status(&marked)["source"], "marker_file");
    assert_eq!(status(&marked)["marker"]["present"], true);
    assert_eq!(typed(&marked, &["disable"]).code, 0, "again");

    let refused = with(&MARKED, scratch.path(), &[("DO_NOT_TRACK", "1")]);
    assert_eq!(typed(&refused, &["enable"]).code, 3);
    assert!(scratch.join(MARKER).is_file());
    // Removing everything that is kept must not turn telemetry on.
    let purged = typed(&marked, &["purge", "--all"]);
    assert!(
        purged
            .out
            .contains("The marker file was kept, because it opts out of telemetry."),
        "{}",
        purged.out
    );
    assert_eq!(status(&marked)["on"], false);

    assert_eq!(typed(&marked, &["enable"]).code, 0);
    assert!(!scratch.join(MARKER).exists());
    assert_eq!(status(&marked)["on"], true);
}

#[test]
fn a_product_without_stored_answers_names_the_variable_to_set() {
    let scratch = scratch("nowhere");
    let plain = command(&PLAIN, scratch.path()).width(100);
    for word in ["enable", "disable"] {
        let answered = typed(&plain, &[word]);
        assert_eq!(answered.code, 3);
        assert_eq!(
            answered.err,
            "Plain does not store an answer on this machine. PLAIN_TELEMETRY=0 or DO_NOT_TRACK=1 turns \
             telemetry\noff; PLAIN_TELEMETRY=1 turns it on unless an opt-out is set.\n"
        );
    }
    let homeless = TelemetryCommand::new(Disclosure::new(&TOOL)).env(|_| None);
    let answered = typed(&homeless, &["disable", "--json"]);
    assert_eq!(answered.code, 3);
    let error = answered.json()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("there is no home directory"), "{error}");
    assert_eq!(typed(&homeless, &["status"]).code, 0);
    assert_eq!(typed(&homeless, &["purge", "--all"]).code, 0);
}

#[test]
fn status_shows_the_decision_and_the_counters_of_the_programs_client() {
    let scratch = scratch("client");
    let telemetry = Client::builder(&MARKED)
        .env(environment(scratch.path(), &[]))
        .transport(NullTransport)
        .disabled()
        .build();
    let tool = command(&MARKED, scratch.path()).client(&telemetry);
    let status = typed(&tool, &["status", "--json"]).json();
    assert_eq!(status["source"], "program");
    assert_eq!(status["health"]["accepted"], 0);
    assert_eq!(status["health"]["panics"], 0);
    let text = typed(&tool, &["status"]).out;
    assert!(
        text.contains("0 accepted: 0 delivered, 0 dropped, 0 held"),
        "{text}"
    );
}

#[test]
fn a_stored_answer_applies_to_the_programs_client_at_once() {
    let scratch = scratch("client-follows");
    let telemetry = Client::builder(&TOOL)
        .env(environment(scratch.path(), &[("TOOL_TELEMETRY", "1")]))
        .transport(NullTransport)
        .build();
    assert!(telemetry.is_on());
    let tool = with(&TOOL, scratch.path(), &[("TOOL_TELEMETRY", "1")]).client(&telemetry);
    assert_eq!(typed(&tool, &["disable"]).code, 0);
    assert!(!telemetry.is_on());
    assert_eq!(typed(&tool, &["enable"]).code, 0);
    assert!(telemetry.is_on());
}

/// The address may be given in code, which the subcommand without a client does not see.
#[test]
fn status_is_not_off_without_an_address() {
    let scratch = scratch("address");
    let tool = with(&PLAIN, scratch.path(), &[("PLAIN_TELEMETRY", "1")]);
    let status = typed(&tool, &["status", "--json"]).json();
    assert_eq!(status["reason"], "on: PLAIN_TELEMETRY=1 is set");
}

#[test]
fn the_examples_that_show_prints_are_valid_events() {
    let shown = typed(
        &TelemetryCommand::new(DISCLOSURE).env(|_| None),
        &["show", "--json"],
    );
    let shown = shown.json();
    assert_eq!(shown["disclosure"], DISCLOSURE.markdown());
    let schemas = Schemas::checked_in().unwrap();
    for event in shown["events"].as_array().unwrap() {
        let name = event["name"].as_str().unwrap();
        let valid = schemas.parameters(name, &event["sample"]);
        assert!(valid.is_ok(), "{}", valid.unwrap_err());
    }
}

#[test]
fn lines_are_as_long_as_the_terminal_says_and_never_unreadable() {
    let scratch = scratch("width");
    let longest = |set| {
        let shown = typed(&with(&TOOL, scratch.path(), set), &["show"]).out;
        let prose = shown
            .lines()
            .filter(|line| line.split_whitespace().count() > 2);
        prose.map(|line| line.chars().count()).max().unwrap()
    };
    assert!((55..=60).contains(&longest(&[])));
    assert!((75..=80).contains(&longest(&[("COLUMNS", "80")])));
    assert!((90..=100).contains(&longest(&[("COLUMNS", "1000")])));
    assert!((55..=60).contains(&longest(&[("COLUMNS", "wide")])));
    assert!(longest(&[("COLUMNS", "0")]) >= 25);
}
