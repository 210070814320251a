//! The ready-made `telemetry` subcommand as a program, in a real pseudo-terminal: narrow and wide,
//! with and without `NO_COLOR`.

use std::{fs, io::Write, os::unix::fs::MetadataExt, path::Path, process::Command};

use serde_json::Value;
use telemetry_runtime::{consent::ConsentFile, testing::Collector};
use telemetry_tests::scratch::Scratch;

use telemetry_tests::terminal::{Pty, rest_of, shown_up_to};

const TOOL: &str = env!("CARGO_BIN_EXE_host_tool");

type Env<'a> = &'a [(&'a str, &'a str)];

fn scratch(name: &str) -> Scratch {
    Scratch::new(
        env!("CARGO_TARGET_TMPDIR"),
        &format!("telemetry-terminal-{name}"),
    )
}

fn tool(home: &Scratch, set: Env<'_>, words: &[&str]) -> Command {
    let mut command = Command::new(TOOL);
    command.env_clear().env("HOME", home.path());
    command.envs(set.iter().copied()).args(words);
    command
}

/// The output in a terminal, and the exit code.
fn in_terminal(home: &Scratch, set: Env<'_>, words: &[&str]) -> (String, i32) {
    let (person, mut child) = Pty::open().start(&tool(home, set, words));
    let shown = rest_of(person).replace("\r\n", "\n");
    (shown, child.wait().unwrap().code().unwrap())
}

fn in_pipe(home: &Scratch, set: Env<'_>, words: &[&str]) -> (String, i32) {
    let output = tool(home, set, words).output().unwrap();
    let both = [output.stdout, output.stderr].concat();
    (
        String::from_utf8(both).unwrap(),
        output.status.code().unwrap(),
    )
}

#[test]
fn a_terminal_shows_the_same_as_a_pipe_without_colour_in_lines_that_fit() {
    let home = scratch("same");
    for columns in ["60", "100"] {
        let plain = [("COLUMNS", columns), ("TOOL_ENDPOINT", "")];
        let no_colour = [plain[0], plain[1], ("NO_COLOR", "1")];
        let forced = [
            plain[0],
            plain[1],
            ("CLICOLOR_FORCE", "1"),
            ("TERM", "xterm-256color"),
        ];
        for words in [
            &["telemetry", "status"][..],
            &["telemetry", "show"],
            &["telemetry", "show", "--json"],
            &["telemetry", "purge"],
            &["telemetry", "--help"],
            &["telemetry", "bogus"],
        ] {
            let shown = in_terminal(&home, &plain, words);
            assert_eq!(shown, in_pipe(&home, &plain, words), "{words:?}");
            assert_eq!(shown, in_terminal(&home, &no_colour, words), "{words:?}");
            assert_eq!(shown, in_terminal(&home, &forced, words), "{words:?}");
            assert!(!shown.0.contains('\u{1b}'), "{words:?}: {}", shown.0);
            let width: usize = columns.parse().unwrap();
            for line in shown.0.lines().filter(|_| !words.contains(&"--json")) {
                let is_path = line.split_whitespace().count() <= 2;
                assert!(line.chars().count() <= width || is_path, "{line}");
            }
        }
    }
}

#[test]
fn a_user_turns_telemetry_on_and_off_and_sees_the_reason() {
    let home = scratch("person");
    let collector = Collector::start().unwrap();
    let url = format!("{}/events", collector.url());
    let set = [("TOOL_ENDPOINT", url.as_str())];
    let telemetry = |word| in_terminal(&home, &set, &["telemetry", word]);

    // Never asked: off, and recording sends nothing.
    let (status, code) = telemetry("status");
    assert_eq!(code, 0);
    assert!(
        status.starts_with("Telemetry of Tool is off: waiting for consent"),
        "{status}"
    );
    in_terminal(&home, &set, &["record"]);
    assert_eq!(collector.requests().len(), 0);

    let (enabled, code) = telemetry("enable");
    assert_eq!(code, 0);
    assert!(
        enabled.contains("Telemetry of Tool is on: you agreed to telemetry\n"),
        "{enabled}"
    );
    let (status, _) = in_terminal(&home, &set, &["record"]);
    assert!(
        status.contains("1 accepted: 1 delivered, 0 dropped, 0 held\n"),
        "{status}"
    );
    assert!(status.contains("last status  200\n"), "{status}");
    assert_eq!(collector.requests().len(), 1);

    let (disabled, code) = telemetry("disable");
    assert_eq!(code, 0);
    assert!(
        disabled.contains("Telemetry of Tool is off: you declined telemetry\n"),
        "{disabled}"
    );
    in_terminal(&home, &set, &["record"]);
    assert_eq!(collector.requests().len(), 1);

    // The sent event is in the log, and is removed with it.
    let log = home.join(".config/tool/usage.json");
    let logged = std::fs::read_to_string(&log).unwrap();
    let sent: Value = serde_json::from_slice(&collector.requests()[0].body).unwrap();
    let logged: Value = serde_json::from_str(&logged).unwrap();
    assert_eq!(sent["events"][0]["parameters"], logged["parameters"]);
    let (purged, code) = telemetry("purge");
    assert_eq!(code, 0);
    assert!(
        purged.contains("Your stored answer was kept; --all also removes it.\n"),
        "{purged}"
    );
    assert!(!log.exists());
    let file = ConsentFile::new(home.join(".config/tool/telemetry.toml"), "1.0");
    assert!(file.read().answer().is_some());
}

#[test]
fn the_prompt_shows_the_disclosure_before_the_question() {
    for (typed, starts) in [
        (
            "yes\r",
            "Telemetry of Tool is on: you agreed to telemetry\n",
        ),
        ("\r", "Telemetry of Tool is off: you declined telemetry\n"),
    ] {
        let home = scratch(&format!("ask-{}", typed.len()));
        let set = [("TOOL_ENDPOINT", "")];
        let (mut person, mut child) = Pty::open().start(&tool(&home, &set, &["ask"]));
        let disclosed = shown_up_to(&mut person, "Allow anonymous telemetry? [y/N]: ");
        let disclosed = disclosed.split_whitespace().collect::<Vec<_>>().join(" ");
        for expected in [
            "Anonymous usage events of Tool",
            "Collected: nat_cli_command (nemoSource, ",
            "Never collected: Arguments",
            "Responsible: Example Corporation, privacy@example.invalid.",
            "Retention: 13 months.",
            "Every server also sees your IP address.",
            "tool telemetry disable or DO_NOT_TRACK=1 turns it off",
            "Type ? to read all of it. Allow anonymous telemetry?",
        ] {
            assert!(disclosed.contains(expected), "{expected}: {disclosed}");
        }
        person.write_all(typed.as_bytes()).unwrap();
        let after = rest_of(person).replace("\r\n", "\n");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{after}");
        let (_, after) = after.split_once('\n').unwrap();
        assert!(after.trim_start().starts_with(starts), "{after}");
    }
}

#[test]
fn scripts_get_json_on_standard_output_and_meaningful_exit_codes() {
    let home = scratch("scripts");
    let run = |set: Env<'_>, words: &[&str]| {
        let output = tool(&home, set, words).output().unwrap();
        let value = serde_json::from_slice::<Value>(&output.stdout).ok();
        (
            output.status.code().unwrap(),
            value,
            output.stderr.is_empty(),
        )
    };
    let (code, value, silent) = run(&[("DO_NOT_TRACK", "1")], &["telemetry", "--json", "status"]);
    assert_eq!((code, silent), (0, true));
    assert_eq!(value.unwrap()["reason"], "off: DO_NOT_TRACK=1 is set");
    let (code, value, silent) = run(&[("DO_NOT_TRACK", "1")], &["telemetry", "enable", "--json"]);
    assert_eq!((code, silent), (3, true));
    assert!(value.unwrap()["error"].is_string());
    let (code, value, silent) = run(&[], &["telemetry", "frobnicate"]);
    assert_eq!((code, value, silent), (2, None, false));
    let marked = home.join(".config/marked/do_not_track");
    std::fs::create_dir_all(home.join(".config")).unwrap();
    std::fs::write(home.join(".config/marked"), "a file where a folder belongs").unwrap();
    let (code, value, silent) = run(&[], &["marked", "disable", "--json"]);
    assert_eq!((code, silent), (1, true));
    let error = value.unwrap()["error"].as_str().unwrap().to_owned();
    assert!(error.contains(marked.to_str().unwrap()), "{error}");
    assert!(error.contains("DO_NOT_TRACK=1"), "{error}");
}

#[test]
fn output_to_a_full_device_is_an_error() {
    let home = scratch("full");
    let set = [("DO_NOT_TRACK", "1")];
    let cases: [(&[&str], i32); 4] = [
        (&["telemetry", "status", "--json"], 1),
        (&["telemetry", "status"], 1),
        (&["telemetry", "show"], 1),
        (&["telemetry", "enable", "--json"], 3),
    ];
    for (words, code) in cases {
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        let output = tool(&home, &set, words).stdout(full.unwrap()).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.starts_with("The output could not be written: "),
            "{words:?}: {error}"
        );
    }
}

#[test]
fn x_output_to_a_closed_pipe_is_an_error() {
    let home = scratch("closed-pipe");
    let set = [("DO_NOT_TRACK", "1")];
    let cases: [&[&str]; 3] = [
        &["telemetry", "show"],
        &["telemetry", "show", "--json"],
        &["telemetry", "status"],
    ];
    for words in cases {
        let (_, closed) = std::io::pipe().unwrap();
        let output = tool(&home, &set, words).stdout(closed).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}: {error}");
        assert!(
            error.starts_with("The output could not be written: "),
            "{words:?}: {error}"
        );
    }
}

/// A service is often started without the variable, and the user's refusal is stored below it.
#[test]
fn without_a_variable_for_it_the_home_directory_is_that_of_the_account() {
    // A file can seem to belong to another user; this process runs as its user.
    let uid = fs::metadata("/proc/self").unwrap().uid().to_string();
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut accounts = accounts.lines().map(|line| line.split(':'));
    let home = accounts.find_map(|mut account| {
        let is_ours = account.nth(2) == Some(uid.as_str());
        is_ours.then(|| account.nth(2).unwrap().to_owned())
    });
    // In a container a user need not have an account; then there is nowhere to look.
    let Some(home) = home.filter(|home| home.starts_with('/')) else {
        return;
    };
    let output = Command::new(TOOL)
        .env_clear()
        .args(["telemetry", "status", "--json"])
        .output()
        .unwrap();
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (file, below) in [("answer", "telemetry.toml"), ("marker", "do_not_track")] {
        let path = Path::new(&home).join(".config/tool").join(below);
        assert_eq!(status[file]["path"], path.to_str().unwrap(), "{status}");
    }
}
