//! A pseudo-terminal for programs that are started by a test.

use std::{
    fs::{File, OpenOptions},
    io::Read,
    process::Stdio,
};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// The person's side of a terminal, and what a program is started with.
pub(crate) struct Pty {
    pub(crate) person: File,
    device: File,
}

impl Pty {
    pub(crate) fn open() -> Self {
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

    pub(crate) fn stream(&self) -> Stdio {
        self.device.try_clone().unwrap().into()
    }

    /// The person's side alone: reading it ends when the program has gone.
    pub(crate) fn person(self) -> File {
        self.person
    }
}

/// Everything shown until the program's side is closed, which Linux reports as an error.
pub(crate) fn rest_of(mut person: File) -> String {
    let mut shown = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = person.read(&mut buffer) {
        shown.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8(shown).unwrap()
}
