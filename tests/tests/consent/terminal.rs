//! The prompt in a real pseudo-terminal (fault row 71).

use std::{fs::OpenOptions, io::Write, process::Command};

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
        ("garbage", "maybe\r", NO),
        ("rubbed-out", "y\x7fn\r", NO),
        ("end-of-input", "\x04", NO),
    ] {
        let (_scratch, file) = case(name);
        let mut pty = Pty::open();
        pty.person.write_all(typed.as_bytes()).unwrap();
        let (person, mut child) = pty.start(asker(&file));
        let shown = rest_of(person);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{name}: {shown}");
        assert!(shown.contains(QUESTION), "{name}: {shown:?}");
        match (name, file.read()) {
            ("end-of-input", stored) => assert_eq!(stored, StoredConsent::Absent, "{name}"),
            (_, stored) if code == NO => assert_eq!(stored, refused, "{name}"),
            (_, stored) => assert!(matches!(stored, StoredConsent::Yes { .. }), "{name}"),
        }
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
    let (mut person, mut child) = Pty::open().start(asker(&file));
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
    for redirected in 0..3 {
        let (scratch, file) = case(&format!("redirected-{redirected}"));
        let other = scratch.join("other");
        std::fs::write(&other, "y\n").unwrap();
        let open = || {
            OpenOptions::new()
                .read(true)
                .append(true)
                .open(&other)
                .unwrap()
        };
        let pty = Pty::open();
        (&pty.person).write_all(b"y\r").unwrap();
        let stream = |index| match index == redirected {
            true => open().into(),
            false => pty.stream(),
        };
        let mut child = asker(&file)
            .stdin(stream(0))
            .stdout(stream(1))
            .stderr(stream(2))
            .spawn()
            .unwrap();
        let shown = rest_of(pty.person());
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
        let (person, mut child) = Pty::open().start(command);
        assert_eq!(rest_of(person), "", "{closed}");
        assert_eq!(child.wait().unwrap().code(), Some(NOT_ASKED), "{closed}");
    }
    assert_eq!(file.read(), StoredConsent::Absent);
}
