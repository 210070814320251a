//! The controlled program `spool_host`.

use std::{
    fs,
    io::{BufRead, BufReader, Lines, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_spool_host");

/// A process with a client.
pub(crate) struct Host {
    pub(crate) child: Child,
    /// Not in `child`, which would close it while it waits.
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Host {
    /// Starts a process with this folder of state, this endpoint and the version 1.0.0. `words` are options of
    /// the program.
    pub(crate) fn start(state: &Path, url: &str, words: &[&str]) -> Self {
        let mut program = Command::new(PROGRAM);
        program.arg(state).args([url, "1.0.0"]).args(words);
        Self::run(program)
    }

    /// Starts a process whose clock only commands advance. A write of it is therefore never slow, so that the
    /// disk is not given up for a while on a busy machine.
    pub(crate) fn with_still_clock(state: &Path, url: &str, words: &[&str]) -> Self {
        Self::start(state, url, &[words, &["virtual"]].concat())
    }

    /// Starts a program that is, or becomes, the controlled one.
    pub(crate) fn run(mut program: Command) -> Self {
        let mut child = program
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let input = child.stdin.take();
        Self {
            child,
            input,
            lines,
        }
    }

    pub(crate) fn command(&mut self, command: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{command}").unwrap();
    }

    /// The next line of the process; `None` after its end.
    pub(crate) fn line(&mut self) -> Option<String> {
        self.lines.next().map(Result::unwrap)
    }

    #[track_caller]
    pub(crate) fn ask(&mut self, command: &str) -> String {
        self.command(command);
        let line = self.line();
        line.unwrap_or_else(|| panic!("no answer to {command}: {:?}", self.child.wait()))
    }

    /// Records an event that must be durable.
    #[track_caller]
    pub(crate) fn store(&mut self, number: i64) {
        assert_eq!(self.ask(&format!("record {number}")), format!("d {number}"));
    }

    /// The end of a process that got its last command.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.input = None;
        while self.line().is_some() {}
        self.child.wait().unwrap()
    }

    pub(crate) fn end(mut self, command: &str) -> ExitStatus {
        self.command(command);
        self.wait()
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.wait();
    }
}

/// A count in a line of `spool_host`, which has the form `name=count`.
#[track_caller]
pub(crate) fn count(line: &str, name: &str) -> u64 {
    let mut words = line.split_whitespace().filter_map(|it| it.split_once('='));
    let found = words.find(|(it, _)| *it == name);
    found
        .unwrap_or_else(|| panic!("{name}: {line}"))
        .1
        .parse()
        .unwrap()
}

/// A later process, which records `number`, sends everything and ends. Returns its counts.
#[track_caller]
pub(crate) fn later_run(state: &Path, url: &str, words: &[&str], number: i64) -> String {
    let mut host = Host::with_still_clock(state, url, words);
    let answer = host.ask(&format!("deliver {number}"));
    assert!(!answer.contains(" late "), "{answer}");
    assert_balanced(&answer);
    assert!(host.end("return").success(), "{answer}");
    answer
}

/// Asserts that the counts of a process balance.
#[track_caller]
pub(crate) fn assert_balanced(line: &str) {
    let sum = |names: &[&str]| names.iter().map(|name| count(line, name)).sum::<u64>();
    let fates = sum(&["delivered", "dropped", "held", "stored"]);
    assert_eq!(sum(&["accepted", "adopted"]), fates, "{line}");
    assert_eq!(count(line, "panics"), 0, "{line}");
}

/// The files in the spool of this folder of state.
pub(crate) fn files(state: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(state.join("spool-host/events")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
