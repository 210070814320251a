//! The question at the first run, asked of a person at a pseudo-terminal.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    process::{Child, Stdio},
};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use telemetry_runtime::testing::Collector;

use super::{
    NAT,
    interrupt::interrupt,
    products::{Folder, WAIT, only_event},
};

const QUESTION: &str = "Allow anonymous telemetry? [Y/n]: ";

/// The person's side of the terminal and the program at the other.
fn start(folder: &Folder, collector: &Collector, args: &[&str]) -> (File, Child) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = ptsname(&person, Vec::new()).unwrap();
    let device = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let stream = || Stdio::from(device.try_clone().unwrap());
    let mut command = folder.command(NAT, &[&WAIT, args].concat());
    command.env("NAT_TELEMETRY_ENDPOINT", collector.url());
    command.stdin(stream()).stdout(stream()).stderr(stream());
    (person.into(), command.spawn().unwrap())
}

/// Everything shown up to this text, or to the end of the program, which Linux reports as an error.
fn shown(person: &mut File, up_to: Option<&str>) -> String {
    let (mut shown, mut byte) = (Vec::new(), [0]);
    while let Ok(1) = person.read(&mut byte) {
        shown.push(byte[0]);
        if up_to.is_some_and(|text| shown.ends_with(text.as_bytes())) {
            break;
        }
    }
    String::from_utf8(shown).unwrap()
}

fn stored(folder: &Folder) -> Option<String> {
    let file = fs::read_to_string(folder.path(".config/nat/telemetry.toml")).ok()?;
    let line = file
        .lines()
        .find_map(|line| line.strip_prefix("consent = "));
    Some(line.unwrap().trim_matches('"').to_owned())
}

#[test]
fn the_first_command_asks_and_the_answer_holds() {
    for (name, typed, answer) in [
        ("enter", Some("\r"), "enabled"),
        ("yes", Some("y\r"), "enabled"),
        ("no", Some("n\r"), "disabled"),
        ("other", Some("what?\r"), "disabled"),
        ("end", Some("\x04"), "disabled"),
        ("interrupt", None, "disabled"),
    ] {
        let folder = Folder::new(&format!("nat-asks-{name}"));
        let collector = Collector::start().unwrap();
        let (mut person, mut child) = start(&folder, &collector, &["run", "6*7"]);
        let prompt = shown(&mut person, Some(QUESTION));
        assert!(
            prompt.contains("What is never collected"),
            "{name}: {prompt}"
        );
        match typed {
            Some(typed) => person.write_all(typed.as_bytes()).unwrap(),
            None => interrupt(&child),
        }
        let rest = shown(&mut person, None);
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}: {rest}");
        assert!(
            rest.contains("42"),
            "{name}: the command runs all the same: {rest}"
        );
        assert_eq!(stored(&folder).as_deref(), Some(answer), "{name}");
        if answer == "enabled" {
            assert_eq!(only_event(&collector, "nat")["command"], "run");
        } else {
            assert_eq!(collector.counts().attempts, 0, "{name}");
        }

        // Nobody is asked twice.
        let (mut person, mut child) = start(&folder, &collector, &["run", "1"]);
        let again = shown(&mut person, None);
        assert!(child.wait().unwrap().success());
        assert!(!again.contains(QUESTION), "{name}: {again}");
    }
}

#[test]
fn who_is_about_to_decide_or_mistyped_is_not_asked_first() {
    for args in [
        &["configure", "telemetry", "--disable"][..],
        &["run", "--nope"],
        &["--help"],
    ] {
        let folder = Folder::new(&format!("nat-asks-not-{}", args[0]));
        let collector = Collector::start().unwrap();
        let (mut person, mut child) = start(&folder, &collector, args);
        let all = shown(&mut person, None);
        child.wait().unwrap();
        assert!(!all.contains(QUESTION), "{args:?}: {all}");
        assert_eq!(collector.counts().attempts, 0);
    }
}
