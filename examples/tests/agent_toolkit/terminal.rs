//! The consent prompt at the first run, on a pseudo-terminal.

use std::{
    fs::{self, File},
    io::Write,
    process::Child,
};

use telemetry_runtime::testing::Collector;

use super::{
    NAT, YES,
    common::{Folder, WAIT, only_event},
    interrupt::interrupt,
    pty::{Pty, rest_of, shown_up_to},
};

const QUESTION: &str = "Allow anonymous telemetry? [Y/n]: ";

/// Starts the program, and returns the user's side of its terminal.
fn start(folder: &Folder, collector: &Collector, args: &[&str]) -> (File, Child) {
    let mut command = folder.command(NAT, &[&WAIT, args].concat());
    command.env("NAT_TELEMETRY_ENDPOINT", collector.url());
    Pty::open().start(&command)
}

fn stored(folder: &Folder) -> Option<String> {
    let file = fs::read_to_string(folder.path(".config/nat/telemetry.toml")).ok()?;
    let line = file
        .lines()
        .find_map(|line| line.strip_prefix("consent = "));
    Some(line.unwrap().trim_matches('"').to_owned())
}

#[test]
fn the_first_command_prompts_and_stores_the_answer() {
    for (name, typed, answer) in [
        ("enter", Some("\r"), "enabled"),
        ("yes", Some("y\r"), "enabled"),
        ("no", Some("n\r"), "disabled"),
        ("end", Some("\x04"), "disabled"),
        ("interrupt", None, "disabled"),
    ] {
        let folder = Folder::new(&format!("nat-asks-{name}"));
        let collector = Collector::start().unwrap();
        let (mut terminal, mut child) = start(&folder, &collector, &["run", "6*7"]);
        let prompt = shown_up_to(&mut terminal, QUESTION);
        assert!(
            prompt.contains("Never collected: Arguments"),
            "{name}: {prompt}"
        );
        match typed {
            Some(typed) => terminal.write_all(typed.as_bytes()).unwrap(),
            None => interrupt(&child),
        }
        let rest = rest_of(terminal);
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}: {rest}");
        assert!(
            rest.contains("42"),
            "{name}: the command still runs: {rest}"
        );
        assert_eq!(stored(&folder).as_deref(), Some(answer), "{name}");
        if answer == "enabled" {
            assert_eq!(only_event(&collector, "nat")["command"], "run");
        } else {
            assert_eq!(collector.counts().attempts, 0, "{name}");
        }

        // The next command does not prompt.
        let (terminal, mut child) = start(&folder, &collector, &["run", "1"]);
        let again = rest_of(terminal);
        assert!(child.wait().unwrap().success());
        assert!(!again.contains(QUESTION), "{name}: {again}");
    }
}

#[test]
fn c1_enter_from_before_the_question_does_not_agree() {
    let folder = Folder::new("nat-early-enter");
    let collector = Collector::start().unwrap();
    let mut command = folder.command(NAT, &["run", "6*7"]);
    command.env("NAT_TELEMETRY_ENDPOINT", collector.url());
    let pty = Pty::open();
    (&pty.person).write_all(b"\r\r").unwrap();
    let (mut terminal, mut child) = pty.start(&command);
    shown_up_to(&mut terminal, QUESTION);
    terminal.write_all(b"n\r").unwrap();
    let rest = rest_of(terminal);
    assert_eq!(child.wait().unwrap().code(), Some(0), "{rest}");
    assert_eq!(stored(&folder).as_deref(), Some("disabled"), "{rest}");
    assert_eq!(collector.counts().attempts, 0);
}

#[test]
fn c4_other_text_is_asked_about_once_more_and_not_stored() {
    let folder = Folder::new("nat-unclear");
    let collector = Collector::start().unwrap();
    for _ in 0..2 {
        let (mut terminal, mut child) = start(&folder, &collector, &["run", "6*7"]);
        for _ in 0..2 {
            let shown = shown_up_to(&mut terminal, QUESTION);
            assert!(shown.ends_with(QUESTION), "{shown}");
            terminal.write_all(b"what?\r").unwrap();
        }
        let rest = rest_of(terminal);
        assert_eq!(child.wait().unwrap().code(), Some(0), "{rest}");
        assert!(rest.contains("42"), "the command still runs: {rest}");
        assert_eq!(stored(&folder), None);
    }
    assert_eq!(collector.counts().attempts, 0);
}

#[test]
fn a_terminal_gets_plain_text() {
    let folder = Folder::new("nat-plain-text");
    let mut command = folder.command(NAT, &["run", "1"]);
    command.envs([YES, ("TERM", "xterm"), ("NAT_TELEMETRY_ENDPOINT", "")]);
    let (terminal, mut child) = Pty::open().start(&command);
    let all = rest_of(terminal);
    child.wait().unwrap();
    assert!(all.contains("telemetry") && !all.contains('\x1b'), "{all}");
}

#[test]
fn the_user_is_not_asked_before_configuring_or_after_a_typo() {
    for args in [
        &["configure", "telemetry", "--disable"][..],
        &["run", "--nope"],
        &["--help"],
    ] {
        let folder = Folder::new(&format!("nat-asks-not-{}", args[0]));
        let collector = Collector::start().unwrap();
        let (terminal, mut child) = start(&folder, &collector, args);
        let all = rest_of(terminal);
        child.wait().unwrap();
        assert!(!all.contains(QUESTION), "{args:?}: {all}");
        assert_eq!(collector.counts().attempts, 0);
    }
}
