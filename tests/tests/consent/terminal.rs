//! The prompt in a real pseudo-terminal (fault row 71).

use std::{io::Write, process::Command};

use telemetry_runtime::consent::{ConsentFile, StoredConsent};
use telemetry_tests::scratch::Scratch;

use telemetry_tests::terminal::{Pty, rest_of, shown_up_to};

const ASKER: &str = env!("CARGO_BIN_EXE_consent_asker");
const QUESTION: &str = "We count commands.\r\nAllow anonymous telemetry? [y/N]: ";

const ON: i32 = 20;
const NO: i32 = 21;
const NOT_ASKED: i32 = 22;

fn case(name: &str) -> (Scratch, ConsentFile) {
    let name = format!("consent-terminal-{name}");
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &name);
    let file = ConsentFile::new(scratch.join("telemetry.toml"), "1.0");
    (scratch, file)
}

fn asker(file: &ConsentFile) -> Command {
    let mut command = Command::new(ASKER);
    command.arg(file.path());
    command
}

#[test]
fn row_71_the_typed_answer_decides_and_is_stored() {
    let refused = StoredConsent::No {
        version: Some("1.0".into()),
    };
    for (name, typed, code) in [
        ("yes", "yes\r", ON),
        ("y", "Y\r", ON),
        ("enter", "\r", NO),
        ("no", "no\r", NO),
        ("rubbed-out", "y\x7fn\r", NO),
        ("end-of-input", "\x04", NO),
    ] {
        let (_scratch, file) = case(name);
        let (mut person, mut child) = Pty::open().start(&asker(&file));
        let shown = shown_up_to(&mut person, QUESTION);
        assert_eq!(shown, QUESTION, "{name}");
        person.write_all(typed.as_bytes()).unwrap();
        let rest = rest_of(person);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{name}: {rest}");
        match (name, file.read()) {
            ("end-of-input", stored) => assert_eq!(stored, StoredConsent::Absent, "{name}"),
            (_, stored) if code == NO => assert_eq!(stored, refused, "{name}"),
            (_, stored) => assert!(matches!(stored, StoredConsent::Yes { .. }), "{name}"),
        }
    }
}

#[test]
fn c1_input_from_before_the_question_does_not_answer_it() {
    for (name, early) in [
        ("enter", "\r"),
        ("yes", "yes\r"),
        ("lines", "x\r\ry\ry\r"),
        ("half-a-line", "y"),
        ("end-of-input", "\x04"),
    ] {
        let (_scratch, file) = case(&format!("early-{name}"));
        let pty = Pty::open();
        (&pty.person).write_all(early.as_bytes()).unwrap();
        let (mut person, mut child) = pty.start(&asker(&file));
        let shown = shown_up_to(&mut person, QUESTION);
        assert!(shown.ends_with(QUESTION), "{name}: {shown:?}");
        person.write_all(b"no\r").unwrap();
        let rest = rest_of(person);
        assert_eq!(child.wait().unwrap().code(), Some(NO), "{name}: {rest}");
        assert!(matches!(file.read(), StoredConsent::No { .. }), "{name}");
    }
}

/// Runs one line in an interactive shell with job control, and returns the text of its terminal.
fn in_a_shell(line: &str, file: &ConsentFile) -> String {
    let mut shell = Command::new("sh");
    shell.arg("-i").env_remove("ENV");
    let (mut person, mut child) = Pty::open().start(&shell);
    let path = file.path().display();
    // The text of the command must not be the text that the test looks for.
    let line = line.replace("ASKER", &format!("{ASKER} {path}"));
    let typed = format!("{line}; echo code=''$?; exit\r");
    person.write_all(typed.as_bytes()).unwrap();
    let shown = rest_of(person);
    child.wait().unwrap();
    shown
}

#[test]
fn c2_a_process_outside_the_foreground_group_is_not_asked_and_not_stopped() {
    for (name, line) in [
        ("background", "ASKER & wait $!"),
        ("no-writing", "stty tostop; ASKER & wait $!"),
        // In a script `timeout` leaves the foreground group. Typed at the shell it is the foreground job.
        ("timeout", "sh -c 'timeout 60 ASKER; exit $?'"),
        ("subshell", "(ASKER) & wait $!"),
    ] {
        let (_scratch, file) = case(&format!("group-{name}"));
        let shown = in_a_shell(line, &file);
        assert!(shown.contains("code=22"), "{name}: {shown}");
        assert!(!shown.contains("Allow anonymous"), "{name}: {shown}");
        assert_eq!(file.read(), StoredConsent::Absent, "{name}");
    }
}

/// `setsid` starts a program in a session without a controlling terminal, so no process group of it is
/// the foreground group.
#[test]
fn c2_a_process_whose_foreground_group_is_not_known_is_not_asked() {
    let (_scratch, file) = case("group-setsid");
    let shown = in_a_shell("setsid --wait ASKER", &file);
    assert!(shown.contains("code=22"), "{shown}");
    assert!(!shown.contains("Allow anonymous"), "{shown}");
    // A terminal that is not the controlling one of an existing session.
    let (person, mut child) = Pty::open().start_outside(asker(&file));
    assert_eq!(rest_of(person), "");
    assert_eq!(child.wait().unwrap().code(), Some(NOT_ASKED));
    assert_eq!(file.read(), StoredConsent::Absent);
}

#[test]
fn c2_the_foreground_group_of_a_shell_is_asked() {
    let (_scratch, file) = case("group-foreground");
    let command = Command::new("sh");
    let (mut person, mut child) = Pty::open().start(&command);
    let line = format!("{ASKER} {}; echo code=''$?; exit\r", file.path().display());
    person.write_all(line.as_bytes()).unwrap();
    let shown = shown_up_to(&mut person, QUESTION);
    assert!(shown.ends_with(QUESTION), "{shown}");
    person.write_all(b"yes\r").unwrap();
    let rest = rest_of(person);
    assert!(rest.contains("code=20"), "{rest}");
    child.wait().unwrap();
    assert!(matches!(file.read(), StoredConsent::Yes { .. }));
}

#[test]
fn c3_a_terminal_without_a_user_is_left_after_a_bound_and_nothing_is_stored() {
    for (name, typed) in [("silence", ""), ("half-a-line", "ye")] {
        let (_scratch, file) = case(&format!("bound-{name}"));
        let mut command = asker(&file);
        command.arg("200");
        let (mut person, mut child) = Pty::open().start(&command);
        assert_eq!(shown_up_to(&mut person, QUESTION), QUESTION);
        person.write_all(typed.as_bytes()).unwrap();
        let rest = rest_of(person);
        assert_eq!(child.wait().unwrap().code(), Some(NOT_ASKED), "{rest}");
        assert_eq!(file.read(), StoredConsent::Absent, "{name}");
    }
}

#[test]
fn c4_an_unclear_answer_is_asked_about_once_more_and_never_stored() {
    for (name, second, code) in [
        ("maybe", "yse\r", NOT_ASKED),
        ("then-yes", "yes\r", ON),
        ("then-no", "n\r", NO),
    ] {
        let (_scratch, file) = case(&format!("unclear-{name}"));
        let (mut person, mut child) = Pty::open().start(&asker(&file));
        assert_eq!(shown_up_to(&mut person, QUESTION), QUESTION);
        person.write_all(b"maybe\r").unwrap();
        let question = "Allow anonymous telemetry? [y/N]: ";
        let again = shown_up_to(&mut person, question);
        assert!(again.contains("y for yes or n for no"), "{again}");
        person.write_all(second.as_bytes()).unwrap();
        let rest = rest_of(person);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{name}: {rest}");
        let is_stored = file.read() != StoredConsent::Absent;
        assert_eq!(is_stored, code != NOT_ASKED, "{name}");
    }
}

/// True when this run was started with SIGINT ignored, as a shell starts what it puts in the
/// background. Children inherit that, and only unsafe code could undo it.
fn interrupts_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .unwrap();
    u64::from_str_radix(mask.trim(), 16).unwrap() & 0b10 != 0
}

#[test]
fn row_71_an_interrupt_ends_the_program_and_stores_nothing() {
    if interrupts_are_ignored() {
        println!("not tested: this run was started with interrupts ignored");
        return;
    }
    let (_scratch, file) = case("interrupt");
    let (mut person, mut child) = Pty::open().start(&asker(&file));
    assert_eq!(shown_up_to(&mut person, QUESTION), QUESTION);
    let kill = format!("kill -INT {}", child.id());
    assert!(
        Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap()
            .success()
    );
    let status = child.wait().unwrap();
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&status),
        Some(2)
    );
    assert_eq!(file.read(), StoredConsent::Absent);
}

#[test]
fn row_71_unless_all_streams_are_terminals_nothing_is_shown_or_read() {
    for redirected in ["<", ">>", "2>>"] {
        let (scratch, file) = case(&format!(
            "redirected-{}",
            redirected.replace(['<', '>'], "x")
        ));
        let other = scratch.join("other");
        std::fs::write(&other, "y\n").unwrap();
        let pty = Pty::open();
        (&pty.person).write_all(b"y\r").unwrap();
        let mut command = Command::new("sh");
        let script = format!("other=$1; shift; exec \"$@\" {redirected} \"$other\"");
        command.args(["-c", &script, "sh"]).arg(&other);
        command.arg(ASKER).arg(file.path());
        let (person, mut child) = pty.start(&command);
        let shown = rest_of(person);
        assert_eq!(
            child.wait().unwrap().code(),
            Some(NOT_ASKED),
            "{redirected}: {shown}"
        );
        assert!(!shown.contains("Allow"), "{redirected}: {shown}");
        assert_eq!(
            std::fs::read_to_string(&other).unwrap(),
            "y\n",
            "{redirected}"
        );
        assert_eq!(file.read(), StoredConsent::Absent);
    }
}

#[test]
fn row_71_with_closed_streams_the_user_is_not_asked() {
    let (_scratch, file) = case("closed");
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("exec \"$@\" {closed}"), "sh", ASKER]);
        command.arg(file.path());
        let (person, mut child) = Pty::open().start(&command);
        // The end of the terminal would send a signal to a program that still runs.
        assert_eq!(rest_of(person.try_clone().unwrap()), "", "{closed}");
        assert_eq!(child.wait().unwrap().code(), Some(NOT_ASKED), "{closed}");
        drop(person);
    }
    assert_eq!(file.read(), StoredConsent::Absent);
}
