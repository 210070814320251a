//! The background sender, seen from outside.

mod marker;
mod process;
mod start;

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use telemetry_runtime::testing::Collector;
use telemetry_tests::{
    client::{PATIENCE, numbers},
    scratch::Scratch,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sender_host");
const ARGUMENT: &str = "--telemetry-sender";
const VARIABLE: &str = "TELEMETRY_RUNTIME_SENDER";

/// A user with a home directory.
struct User {
    home: Scratch,
    program: PathBuf,
    env: Vec<(&'static str, String)>,
}

impl User {
    fn new(name: &str, endpoint: String) -> Self {
        Self {
            home: Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("sender-{name}")),
            program: PROGRAM.into(),
            env: vec![("SENDER_HOST_ENDPOINT", endpoint)],
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        self.give_environment(&mut command);
        command
    }

    fn give_environment(&self, command: &mut Command) {
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.home.path())
            .env("SENDER_HOST_LOG", self.home.join("starts"))
            .envs(self.env.iter().map(|(name, value)| (name, value)));
    }

    /// Runs the program to its end.
    fn run(&self, events: u32, what: &str) -> Output {
        let mut command = self.command();
        command.args([&events.to_string(), what]).output().unwrap()
    }

    /// The program recorded, and ended by itself.
    #[track_caller]
    fn run_and_leave(&self, events: u32, what: &str) {
        let output = self.run(events, what);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{output:?}");
        assert!(text.ends_with("left\n"), "{output:?}");
        assert_eq!(output.stderr, b"", "{output:?}");
    }

    fn folder(&self) -> PathBuf {
        self.home.join(".local/state/sender-host/events")
    }

    fn lock_path(&self) -> PathBuf {
        self.folder().join("sender.lock")
    }

    fn refuse(&self) {
        fs::write(self.home.join(".sender-host-off"), "").unwrap();
    }

    /// The processes that were started as senders.
    fn started(&self) -> Vec<u32> {
        let log = fs::read_to_string(self.home.join("starts")).unwrap_or_default();
        log.lines().map(|line| line.parse().unwrap()).collect()
    }

    /// The segments of the spool.
    fn segments(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.folder()) else {
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        let is_segment = |path: &PathBuf| path.extension().is_some_and(|it| it == "seg");
        paths.filter(is_segment).collect()
    }

    /// Locks the file of the sender; `None` while a sender runs.
    fn try_lock(&self) -> Option<File> {
        let path = self.lock_path();
        let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        file.try_lock().is_ok().then_some(file)
    }

    /// Waits until no sender runs or is being started, and returns the content of its file.
    fn await_end_of_sender(&self) -> String {
        let mut content = String::new();
        await_that("the sender has ended", || {
            let Some(mut file) = self.try_lock() else {
                return false;
            };
            content.clear();
            file.read_to_string(&mut content).unwrap();
            !content.starts_with("started")
        });
        content
    }

    /// Waits until a sender has locked its file, and returns its process.
    fn await_sender(&self) -> u32 {
        await_that("a sender runs", || {
            self.lock_path().exists() && self.try_lock().is_none() && !self.started().is_empty()
        });
        *self.started().last().unwrap()
    }

    /// Writes the note of a process that starts a sender.
    fn write_started(&self, nonce: &str, at: SystemTime) {
        let at_ms = at.duration_since(UNIX_EPOCH).unwrap().as_millis();
        let mut options = OpenOptions::new();
        let mut file = (options.write(true).create(true).truncate(true))
            .open(self.lock_path())
            .unwrap();
        telemetry_tests::scratch::make_private(&self.lock_path());
        writeln!(file, "started {nonce} {at_ms}").unwrap();
    }

    /// Leaves events in the spool as a process that is killed does. It starts no sender. Only the first event of
    /// a process is certainly in a file: later ones are held in memory while the worker uses the file.
    fn leave_events(&self, events: u32) {
        let mut child = self
            .command()
            .args([&events.to_string(), "waits"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = [0; 9];
        child
            .stdout
            .as_mut()
            .unwrap()
            .read_exact(&mut line)
            .unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!self.segments().is_empty());
    }

    /// Starts the program as a sender with this marker, and waits for its end.
    fn run_sender(&self, marker: &str) -> Output {
        let mut command = self.command();
        let command = command.arg(ARGUMENT).env(VARIABLE, marker);
        command.output().unwrap()
    }
}

/// Waits until `done` returns true: another process does not report it.
#[track_caller]
fn await_that(what: &str, mut done: impl FnMut() -> bool) {
    let until = std::time::Instant::now() + PATIENCE;
    while !done() {
        assert!(std::time::Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The marker of a start of the host's sender. The test is another implementation of the private format.
fn marker(nonce: &str) -> String {
    let product = "sender-host\0sender-host".bytes();
    let hash = product.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}-{nonce}")
}

/// The numbers of all events that arrived, sorted.
fn delivered(collector: &Collector) -> Vec<i64> {
    let requests = collector.requests();
    let bodies = requests.iter().map(|request| request.text().into_owned());
    let mut all: Vec<i64> = bodies.flat_map(|body| numbers(&body)).collect();
    all.sort_unstable();
    all
}
