//! A pseudo-terminal for programs that a test starts. The tests of the examples include this file,
//! too.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "support code of tests, included by two packages"
)]

use std::{
    fs::{File, OpenOptions},
    io::Read,
    process::{Child, Command, Stdio},
};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// The user's side of a terminal, and the program's side.
pub struct Pty {
    pub person: File,
    device: File,
}

impl Pty {
    pub fn open() -> Self {
        let person =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap();
        let device = OpenOptions::new()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        Self {
            person: person.into(),
            device,
        }
    }

    pub fn stream(&self) -> Stdio {
        self.device.try_clone().unwrap().into()
    }

    /// Starts a program with all three streams at this terminal, which nothing else keeps open. The
    /// terminal is not the controlling terminal of the program.
    pub fn start_outside(self, mut command: Command) -> (File, Child) {
        command.stdin(self.stream());
        command.stdout(self.stream()).stderr(self.stream());
        (self.person, command.spawn().unwrap())
    }

    /// Starts a program in a new session with this terminal as its controlling terminal, as a terminal
    /// window or a container does. Its environment has the variables of `command` and `PATH`.
    pub fn start(self, command: &Command) -> (File, Child) {
        let mut session = Command::new("setsid");
        session.args(["--ctty", "--wait", "env", "-i"]);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = ("PATH".into(), path);
        let set = command.get_envs();
        let set = set.filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
        for (mut variable, value) in std::iter::once(path).chain(set) {
            variable.push("=");
            variable.push(value);
            session.arg(variable);
        }
        session.arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            session.current_dir(folder);
        }
        self.start_outside(session)
    }
}

/// Everything shown up to this text, or to the end of the program.
pub fn shown_up_to(person: &mut File, text: &str) -> String {
    let (mut shown, mut byte) = (Vec::new(), [0]);
    while !shown.ends_with(text.as_bytes()) && matches!(person.read(&mut byte), Ok(1)) {
        shown.extend_from_slice(&byte);
    }
    String::from_utf8(shown).unwrap()
}

/// Everything shown until the program's side is closed, which Linux reports as an error.
pub fn rest_of(mut person: File) -> String {
    let mut shown = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = person.read(&mut buffer) {
        shown.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8(shown).unwrap()
}
