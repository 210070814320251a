//! Eight processes record while a ninth opts out: requests stop, counted by the collector.

use std::{
    fs,
    io::{BufRead, BufReader, Lines},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, SystemTime},
};

use telemetry_runtime::{
    consent::{Answer, ConsentFile},
    testing::{Collector, ReceivedRequest},
};
use telemetry_tests::scratch::Scratch;

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);

struct Recorder {
    process: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Recorder {
    fn start(home: &Path, collector: &Collector) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_opt_out_recorder"))
            .arg(home)
            .arg(collector.url())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, said }
    }

    fn line(&mut self) -> String {
        self.said.next().expect("another line").unwrap()
    }

    /// Ends it, and returns what became of its events: accepted, delivered, dropped by the opt-out.
    fn end(mut self) -> [usize; 3] {
        drop(self.process.stdin.take());
        let line = self.line();
        let numbers: Vec<_> = line.split(' ').map(|n| n.parse().unwrap()).collect();
        assert!(self.process.wait().unwrap().success());
        numbers.try_into().unwrap()
    }
}

fn events(requests: &[ReceivedRequest]) -> usize {
    let in_one =
        |request: &ReceivedRequest| request.text().matches("\"name\":\"tool_run\"").count();
    requests.iter().map(in_one).sum()
}

/// `ninth` is the process that refuses.
fn eight_stop_when_a_ninth_refuses(home: &Scratch, mut ninth: Command, sentence: &str) {
    let consent = ConsentFile::new(home.join("telemetry.toml"), "1.0");
    consent.write(Answer::Yes, SystemTime::now()).unwrap();
    let collector = Collector::start().unwrap();
    let mut eight: Vec<_> = (0..8)
        .map(|_| Recorder::start(home.path(), &collector))
        .collect();
    for recorder in &mut eight {
        assert_eq!(recorder.line(), "sending");
    }
    assert!(ninth.status().unwrap().success());
    for recorder in &mut eight {
        assert_eq!(recorder.line(), sentence);
    }
    // Each has looked by itself, on the thread that sends: none has a request under way.
    let stopped = collector.take_requests();
    let counts = eight.into_iter().map(Recorder::end);
    let mut delivered = 0;
    for [accepted, sent, opted_out] in counts {
        assert!(sent > 0 && opted_out > 0, "{sent} {opted_out}");
        assert_eq!(accepted, sent + opted_out);
        delivered += sent;
    }
    assert_eq!(events(&stopped), delivered);
    let late = collector.wait_for_requests(1, Duration::ZERO);
    assert!(late.is_err(), "a request after the opt-out");
}

#[test]
fn row_65_eight_processes_stop_when_a_ninth_stores_a_no() {
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "opt-out-processes-answer");
    let mut ninth = Command::new(env!("CARGO_BIN_EXE_consent_writer"));
    // A yes again, and then a no.
    ninth.arg(home.join("telemetry.toml")).arg("2");
    ninth.stdout(Stdio::null());
    eight_stop_when_a_ninth_refuses(&home, ninth, "off: you declined telemetry");
}

#[test]
fn row_65_eight_processes_stop_when_a_ninth_leaves_the_marker() {
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "opt-out-processes-marker");
    let mut ninth = Command::new("sh");
    ninth
        .args(["-c", ": > \"$0\""])
        .arg(home.join("do_not_track"));
    let sentence = "off: the file ~/do_not_track exists";
    eight_stop_when_a_ninth_refuses(&home, ninth, sentence);
}

#[test]
fn a4_eight_processes_stop_when_the_administrator_forbids_telemetry() {
    let home = Scratch::new(
        env!("CARGO_TARGET_TMPDIR"),
        "opt-out-processes-administrator",
    );
    fs::create_dir_all(home.join("etc/tool")).unwrap();
    let mut ninth = Command::new("sh");
    ninth
        .args(["-c", "echo 'telemetry = \"off\"' > \"$0\""])
        .arg(home.join("etc/tool/telemetry.toml"));
    let sentence = "off: the administrator's file /etc/tool/telemetry.toml forbids telemetry";
    eight_stop_when_a_ninth_refuses(&home, ninth, sentence);
}

/// The decision of a program whose `/etc` is `system`, as a user other than root if `script` ends so.
#[cfg(target_os = "linux")]
fn reason_with_etc(system: &Path, script: &str) -> String {
    let script = format!("mount --bind \"$1\" /etc && exec {script} \"$2\" marked status --json");
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", &script, "sh"])
        .arg(system)
        .arg(env!("CARGO_BIN_EXE_host_tool"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
        .env("HOME", "/does-not-exist")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    json["reason"].as_str().unwrap().to_owned()
}

#[cfg(target_os = "linux")]
#[test]
fn a2_a_program_reads_the_file_in_the_systems_folder() {
    let probe = Command::new("unshare").args(["-m", "true"]).status();
    if !probe.is_ok_and(|status| status.success()) {
        println!("not tested: mounts need a permission");
        return;
    }
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "opt-out-processes-etc");
    let system = home.join("etc");
    let file = system.join("telemetry-test-marked/telemetry.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let is = |state: &str| {
        format!("off: the administrator's file /etc/telemetry-test-marked/telemetry.toml {state}")
    };
    let on = "on: the default of Marked";
    assert_eq!(reason_with_etc(&system, ""), on);
    fs::write(&file, "telemetry = \"user\"\n").unwrap();
    assert_eq!(reason_with_etc(&system, ""), on);
    let mode = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    let user = "setpriv --reuid 54321 --clear-groups --inh-caps=-all";
    if Command::new("setpriv").arg("--version").output().is_ok() {
        mode(0o644);
        assert_eq!(reason_with_etc(&system, user), on);
        // The program's user must not read it.
        mode(0o600);
        assert_eq!(reason_with_etc(&system, user), is("cannot be read"));
        assert_eq!(reason_with_etc(&system, ""), on, "root reads it");
    }
    fs::write(&file, "").unwrap();
    assert_eq!(reason_with_etc(&system, ""), is("forbids telemetry"));
}

/// A process that dies must not keep the others waiting.
impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_collector_of_these_tests_counts_late_requests() {
    let collector = Collector::start().unwrap();
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "opt-out-processes-none");
    let consent = ConsentFile::new(home.join("telemetry.toml"), "1.0");
    consent.write(Answer::Yes, SystemTime::now()).unwrap();
    let mut recorder = Recorder::start(home.path(), &collector);
    assert_eq!(recorder.line(), "sending");
    let _ = collector.take_requests();
    // No process opts out.
    assert!(collector.wait_for_requests(5, PATIENCE).is_ok());
}
