//! The consent file under many processes, a kill in the middle and a full disk (fault rows 33, 54).

use std::{
    fs,
    io::Read,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::SystemTime,
};

use telemetry_runtime::consent::{Answer, ConsentFile, StoredConsent};
use telemetry_tests::scratch::Scratch;

const WRITER: &str = env!("CARGO_BIN_EXE_consent_writer");

/// Long enough that a write in place would be seen half done.
fn comments() -> String {
    "# a line of the user\n".repeat(2500)
}

fn folder(name: &str) -> (Scratch, PathBuf) {
    let name = format!("consent-processes-{name}");
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &name);
    let path = scratch.join("telemetry.toml");
    let answer = "[telemetry]\nconsent = \"disabled\"\nprompt_version = \"1.0\"\n";
    fs::write(&path, comments() + answer).unwrap();
    (scratch, path)
}

fn start(path: &Path, times: u64) -> Child {
    Command::new(WRITER)
        .args([path.to_str().unwrap(), &times.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[track_caller]
fn assert_whole(path: &Path) {
    let stored = ConsentFile::new(path, "1.0").read();
    let yes_or_no = matches!(&stored, StoredConsent::Yes { at: Some(_), .. })
        || matches!(&stored, StoredConsent::No { version: Some(_) });
    assert!(yes_or_no, "{stored:?}");
    assert!(fs::read_to_string(path).unwrap().starts_with(&comments()));
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_answer_or_the_new_one() {
    let (_scratch, path) = folder("kill");
    for round in 0..40 {
        let mut writer = start(&path, u64::MAX);
        // Killed after some of its writes, in the middle of the next one.
        let mut progress = writer.stdout.take().unwrap();
        let mut seen = vec![0; 1 + round % 3];
        progress.read_exact(&mut seen).unwrap();
        writer.kill().unwrap();
        assert!(!writer.wait().unwrap().success());
        assert_whole(&path);
    }
    let file = ConsentFile::new(&path, "1.0");
    file.write(Answer::No, SystemTime::now()).unwrap();
    assert_eq!(file.read().answer(), Some(Answer::No));
}

/// True when this run was started with SIGXFSZ ignored, as Python does it. Children inherit that, and
/// only unsafe code could undo it.
fn the_limits_signal_is_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 << (25 - 1) != 0)
}

/// A limit on the size of files, this time with its signal: it ends the process inside the write
/// that crosses the limit, at a byte that is known.
#[test]
fn a_kill_in_the_middle_of_the_write_leaves_the_old_answer() {
    if the_limits_signal_is_ignored() {
        println!("not tested: this run was started with SIGXFSZ ignored");
        return;
    }
    let (scratch, path) = folder("kill-in-write");
    let before = fs::read(&path).unwrap();
    for blocks in [0, 1, 10, 20] {
        let status = Command::new("sh")
            .args(["-c", "ulimit -c 0; ulimit -f $0; exec \"$@\""])
            .args([&blocks.to_string(), WRITER, path.to_str().unwrap(), "1"])
            .status()
            .unwrap();
        assert!(status.signal().is_some(), "{status}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    let left = fs::read_dir(scratch.path()).unwrap().count();
    assert_eq!(left, 5, "each was at its own new file");
    let file = ConsentFile::new(&path, "1.0");
    file.write(Answer::Yes, SystemTime::now()).unwrap();
    assert_whole(&path);
}

#[test]
fn many_writers_at_once_leave_one_whole_answer_and_readers_never_see_less() {
    let (scratch, path) = folder("many");
    let mut writers: Vec<Child> = (0..8).map(|_| start(&path, 20)).collect();
    let mut running = writers.len();
    while running > 0 {
        assert_whole(&path);
        let done = |writer: &mut Child| writer.try_wait().unwrap().is_some();
        running = writers
            .iter_mut()
            .filter_map(|writer| (!done(writer)).then_some(()))
            .count();
    }
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    assert_whole(&path);
    let left = fs::read_dir(scratch.path()).unwrap().count();
    assert_eq!(left, 1, "every writer cleans up behind itself");
}

/// A limit on the size of files replaces the full disk: both refuse the bytes of the new file.
#[test]
fn on_a_full_disk_the_old_answer_stays() {
    let (scratch, path) = folder("full");
    let before = fs::read(&path).unwrap();
    for blocks in [0, 1] {
        let status = Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f $0; exec \"$@\""])
            .args([&blocks.to_string(), WRITER, path.to_str().unwrap(), "1"])
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1), "storing fails, the host lives");
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1);
    }
}
