//! Files in the folders of the platform, with real folders and processes.
//!
//! The files of the product `Placed` of `host_tool` are by convention, and earlier versions had them
//! in `~/.placed`.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::{Command, Output},
    time::UNIX_EPOCH,
};

use serde_json::Value;
use telemetry_runtime::{
    Client, Disclosure, Product, TelemetryCommand,
    consent::{Answer, ConsentFile, ProductConsent, StoredConsent},
    transport::NullTransport,
};
use telemetry_tests::scratch::Scratch;

use super::support::{EVENTS, scratch, typed};

const ANSWER: &str = "placed/telemetry.toml";
const MARKER: &str = "placed/do_not_track";
const LOG: &str = "placed/usage.json";
const PREVIOUS: &str = ".placed/telemetry.toml";

/// The environment of a user whose folders are in `home`.
fn run(home: &Scratch, set: &[(&str, &str)], words: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_host_tool"));
    program.env_clear().env("HOME", home.path());
    // An empty endpoint sends nothing.
    program.env("TOOL_ENDPOINT", "").current_dir(home.path());
    for (name, value) in set {
        program.env(name, value.replace('~', home.path().to_str().unwrap()));
    }
    program.args(words).output().unwrap()
}

fn status(home: &Scratch, set: &[(&str, &str)]) -> Value {
    let output = run(home, set, &["placed", "status", "--json"]);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn succeeds(home: &Scratch, set: &[(&str, &str)], words: &[&str]) {
    let output = run(home, set, words);
    assert!(output.status.success(), "{output:?}");
}

fn store(path: impl AsRef<Path>, answer: Answer) {
    let file = ConsentFile::new(path.as_ref(), "1.0");
    file.write(answer, UNIX_EPOCH).unwrap();
}

fn touch(path: impl AsRef<Path>) {
    fs::create_dir_all(path.as_ref().parent().unwrap()).unwrap();
    fs::write(path, "").unwrap();
}

/// Names of the files and folders at the top of the home directory.
fn top(home: &Scratch) -> Vec<String> {
    let entries = fs::read_dir(home.path()).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string();
    let mut names: Vec<_> = entries.map(|entry| name(entry).unwrap()).collect();
    names.sort();
    names
}

const MOVED: [(&str, &str); 2] = [("XDG_CONFIG_HOME", "~/x"), ("XDG_STATE_HOME", "~/s")];

#[test]
fn c19_a_program_keeps_its_files_in_the_folders_of_the_platform() {
    let ignored = [("XDG_CONFIG_HOME", ""), ("XDG_STATE_HOME", "./relative")];
    let cases = [
        (&MOVED[..], ["x", "s"], &["s", "x"][..]),
        (&[], [".config", ".local/state"], &[".config", ".local"]),
        (
            &ignored,
            [".config", ".local/state"],
            &[".config", ".local"],
        ),
    ];
    for (number, (set, [settings, state], created)) in cases.into_iter().enumerate() {
        let home = scratch(&format!("places-{number}"));
        succeeds(&home, set, &["placed", "enable"]);
        succeeds(&home, set, &["record-placed"]);
        let answer = home.join(settings).join(ANSWER);
        let log = home.join(state).join(LOG);
        for path in [&answer, &log] {
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(path), 0o600, "{path:?}");
            assert_eq!(mode(path.parent().unwrap()), 0o700, "{path:?}");
        }
        let lines = fs::read_to_string(&log).unwrap();
        assert_eq!(lines.lines().count(), 1, "{lines}");
        assert_eq!(top(&home), created, "{set:?}");
        let status = status(&home, set);
        assert_eq!(status["on"], true, "{status}");
        assert_eq!(status["answer"]["path"], answer.to_str().unwrap());
        assert_eq!(status["audit"]["path"], log.to_str().unwrap());
        let marker = home.join(settings).join(MARKER);
        assert_eq!(status["marker"]["path"], marker.to_str().unwrap());
        succeeds(&home, set, &["placed", "purge", "--all"]);
        assert!(!answer.exists() && !log.exists());
    }
}

#[test]
fn c19_a_no_at_a_previous_place_still_counts() {
    let home = scratch("places-no");
    let declined = "off: you declined telemetry";
    for previous in [PREVIOUS, ".config/placed/telemetry.toml"] {
        store(home.join("x").join(ANSWER), Answer::Yes);
        assert_eq!(status(&home, &MOVED)["on"], true);
        store(home.join(previous), Answer::No);
        let found = status(&home, &MOVED);
        assert_eq!(found["reason"], declined);
        let path = home.join(previous);
        assert_eq!(found["answer"]["path"], path.to_str().unwrap());
        fs::remove_file(path).unwrap();
    }
    // A folder cannot be read as a file.
    fs::create_dir_all(home.join(PREVIOUS)).unwrap();
    let unreadable = "off: the consent file cannot be read";
    assert_eq!(status(&home, &MOVED)["reason"], unreadable);
    fs::remove_dir(home.join(PREVIOUS)).unwrap();
    // The text of another program, and a file with no answer.
    fs::write(home.join(PREVIOUS), "[other]\nkey = 1\n").unwrap();
    assert_eq!(status(&home, &MOVED)["on"], true);
    fs::write(home.join(PREVIOUS), "not = [toml").unwrap();
    let invalid = "off: the consent file is not valid";
    assert_eq!(status(&home, &MOVED)["reason"], invalid);
}

#[test]
fn c19_a_yes_at_a_previous_place_counts_if_the_new_place_has_no_answer() {
    let home = scratch("places-yes");
    store(home.join(PREVIOUS), Answer::Yes);
    let found = status(&home, &MOVED);
    assert_eq!(found["reason"], "on: you agreed to telemetry");
    let path = home.join(PREVIOUS);
    assert_eq!(found["answer"]["path"], path.to_str().unwrap());
    // The new place has an answer to another version of the question.
    let other = ConsentFile::new(home.join("x").join(ANSWER), "0.9");
    other.write(Answer::Yes, UNIX_EPOCH).unwrap();
    assert_eq!(status(&home, &MOVED)["on"], false);
    store(home.join("x").join(ANSWER), Answer::No);
    assert_eq!(status(&home, &MOVED)["on"], false);
}

#[test]
fn c19_a_marker_at_a_previous_place_still_counts() {
    let home = scratch("places-marker");
    store(home.join("x").join(ANSWER), Answer::Yes);
    let places = [
        (home.join("x").join(MARKER), "$XDG_CONFIG_HOME/placed"),
        (home.join(".config").join(MARKER), "~/.config/placed"),
        (home.join(".placed/do_not_track"), "~/.placed"),
    ];
    for (path, shown) in places {
        assert_eq!(status(&home, &MOVED)["on"], true);
        touch(&path);
        let found = status(&home, &MOVED);
        let expected = format!("off: the file {shown}/do_not_track exists");
        assert_eq!(found["reason"], expected);
        assert_eq!(found["marker"]["path"], path.to_str().unwrap());
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn c19_a_new_answer_replaces_the_one_at_a_previous_place() {
    let home = scratch("places-answer");
    let read = |name: &str| ConsentFile::new(home.join(name), "1.0").read().answer();
    let new = format!("x/{ANSWER}");
    store(home.join(PREVIOUS), Answer::No);
    succeeds(&home, &MOVED, &["placed", "enable"]);
    assert_eq!(
        (read(&new), read(PREVIOUS)),
        (Some(Answer::Yes), Some(Answer::Yes))
    );
    assert_eq!(status(&home, &MOVED)["on"], true);
    succeeds(&home, &MOVED, &["placed", "disable"]);
    assert_eq!(
        (read(&new), read(PREVIOUS)),
        (Some(Answer::No), Some(Answer::No))
    );
    // No file is created at a previous place.
    fs::remove_dir_all(home.join(".placed")).unwrap();
    succeeds(&home, &MOVED, &["placed", "disable"]);
    assert_eq!(top(&home), ["x"]);
}

#[test]
fn c19_a_yes_is_not_stored_while_a_previous_no_cannot_be_replaced() {
    let home = scratch("places-kept");
    fs::create_dir_all(home.join(PREVIOUS)).unwrap();
    let output = run(&home, &MOVED, &["placed", "enable"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(PREVIOUS), "{said}");
    let new = ConsentFile::new(home.join("x").join(ANSWER), "1.0");
    assert_eq!(new.read(), StoredConsent::Absent);
    // A no needs only one place.
    succeeds(&home, &MOVED, &["placed", "disable"]);
    assert_eq!(new.read().answer(), Some(Answer::No));
}

#[test]
fn c19_purge_removes_the_files_of_earlier_versions() {
    let home = scratch("places-purge");
    let logs = [
        "s/placed/usage.json",
        ".local/state/placed/usage.json",
        ".placed/usage.json",
    ];
    for log in logs {
        touch(home.join(log));
        touch(home.join(format!("{log}.1")));
    }
    let answers = [
        "x/placed/telemetry.toml",
        ".config/placed/telemetry.toml",
        PREVIOUS,
    ];
    for answer in answers {
        store(home.join(answer), Answer::Yes);
    }
    touch(home.join(".placed/notes"));
    let removed = |words: &[&str]| {
        let output = run(&home, &MOVED, words);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        json["removed"].as_array().unwrap().len()
    };
    assert_eq!(removed(&["placed", "purge", "--json"]), 6);
    assert_eq!(status(&home, &MOVED)["on"], true, "the answers were kept");
    assert_eq!(removed(&["placed", "purge", "--all", "--json"]), 3);
    assert_eq!(status(&home, &MOVED)["on"], false);
    assert!(home.join(".placed/notes").exists());
}

static PLACED: Product = Product::new("Placed")
    .events(&[EVENTS])
    .marker_in_config_dir(MARKER)
    .marker_file(".placed/do_not_track")
    .audit_in_state_dir(LOG)
    .requires_consent(ProductConsent::in_config_dir("1.0", ANSWER).previous_file(PREVIOUS));

#[test]
fn c19_a_running_client_finds_a_no_of_an_earlier_version() {
    let home = scratch("places-client");
    store(home.join("x").join(ANSWER), Answer::Yes);
    let (root, settings) = (home.path().to_owned(), home.join("x"));
    let telemetry = Client::builder(&PLACED)
        .env(move |name| match name {
            "HOME" => Some(root.clone().into()),
            "XDG_CONFIG_HOME" => Some(settings.clone().into()),
            _ => None,
        })
        .transport(NullTransport)
        .build();
    assert!(telemetry.is_on());
    store(home.join(PREVIOUS), Answer::No);
    assert_eq!(
        telemetry.recheck().to_string(),
        "off: you declined telemetry"
    );
    // A new yes of the earlier version does not replace the answer, but it withdraws its no.
    store(home.join(PREVIOUS), Answer::Yes);
    assert!(telemetry.recheck().on);
    touch(home.join(".placed/do_not_track"));
    let marked = "off: the file ~/.placed/do_not_track exists";
    assert_eq!(telemetry.recheck().to_string(), marked);
}

#[test]
fn c19_disable_creates_the_marker_at_the_new_place_and_enable_removes_all() {
    static MARKED: Product = Product::new("Marked")
        .events(&[EVENTS])
        .marker_in_config_dir(MARKER)
        .marker_file(".placed/do_not_track")
        .default_on(true);
    let home = scratch("places-marked");
    let (root, settings) = (home.path().to_owned(), home.join("x"));
    let command = TelemetryCommand::new(Disclosure::new(&MARKED)).env(move |name| match name {
        "HOME" => Some(root.clone().into()),
        "XDG_CONFIG_HOME" => Some(settings.clone().into()),
        _ => None,
    });
    let places = ["x/placed", ".config/placed", ".placed"];
    let places = places.map(|folder| home.join(folder).join("do_not_track"));
    let disabled = typed(&command, &["disable", "--json"]).json();
    assert_eq!(disabled["path"], places[0].to_str().unwrap());
    assert_eq!(top(&home), ["x"]);
    for marked in [&places[..1], &places[1..2], &places[2..], &places] {
        for path in marked {
            touch(path);
        }
        let enabled = typed(&command, &["enable", "--json"]).json();
        assert_eq!(enabled["on"], true, "{marked:?}");
        let last = marked.last().unwrap().to_str().unwrap();
        assert_eq!(enabled["path"], last);
        assert!(!places.iter().any(|path| path.exists()), "{marked:?}");
    }
    // A link to itself cannot be checked.
    touch(&places[0]);
    fs::create_dir_all(home.join(".placed")).unwrap();
    std::os::unix::fs::symlink("do_not_track", &places[2]).unwrap();
    let status = typed(&command, &["status", "--json"]).json();
    assert_eq!(
        status["reason"],
        "off: the file $XDG_CONFIG_HOME/placed/do_not_track exists"
    );
    fs::remove_file(&places[0]).unwrap();
    let status = typed(&command, &["status", "--json"]).json();
    let unknown = "off: the file ~/.placed/do_not_track cannot be checked";
    assert_eq!(status["reason"], unknown);
}

#[test]
fn c19_the_disclosure_names_the_places() {
    let text = Disclosure::new(&PLACED).text(usize::MAX);
    for line in [
        "~/.config/placed/telemetry.toml (in $XDG_CONFIG_HOME if that is set): your answer",
        "An answer of an earlier version is read from ~/.placed/telemetry.toml.",
        "~/.local/state/placed/usage.json and ~/.local/state/placed/usage.json.1 \
         (in $XDG_STATE_HOME if that is set): a copy of every event",
        "A file ~/.config/placed/do_not_track (in $XDG_CONFIG_HOME if that is set) turns it off; its \
         content is ignored. So does a file ~/.placed/do_not_track.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

/// The folders that variables name are protected as a home directory is.
#[test]
fn c19_s14_root_creates_nothing_in_the_folders_of_another_user() {
    let home = scratch("places-owner");
    for name in ["x", "s"] {
        fs::create_dir(home.join(name)).unwrap();
        if chown(home.join(name), Some(12345), Some(12345)).is_err() {
            println!("not tested: only root can give a folder to another user");
            return;
        }
    }
    let output = run(&home, &MOVED, &["placed", "disable"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    // The answer in the default folder is found; the log cannot be written.
    store(home.join(".config").join(ANSWER), Answer::Yes);
    succeeds(&home, &MOVED, &["record-placed"]);
    let problem = status(&home, &MOVED)["audit"]["problem"].clone();
    let problem = problem.as_str().unwrap();
    assert!(problem.contains("belongs to another user"), "{problem}");
    for name in ["x", "s"] {
        assert_eq!(fs::read_dir(home.join(name)).unwrap().count(), 0, "{name}");
    }
}
