//! Ctrl-C: the program waits for whatever comes first, a command's end or an interrupt.
//!
//! The library installs no signal handler; a program that wants to report an interrupt does.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

use telemetry_examples::agent_toolkit::Ending;
use telemetry_runtime::{
    Label,
    consent::{Input, StdTerminal, Terminal},
};

enum Happened {
    Interrupt,
    Line(io::Result<Input>),
    End(Ending),
}

/// What happens while the program runs, in order. As a [`Terminal`] it is the process's own, whose
/// reading an interrupt ends.
pub(crate) struct Events {
    sender: Sender<Happened>,
    receiver: Receiver<Happened>,
}

impl Events {
    /// Takes over the interrupt of this process, where the system allows it.
    pub(crate) fn listen() -> Self {
        let (sender, receiver) = mpsc::channel();
        let interrupts = sender.clone();
        // Without a handler an interrupt ends the program at once, unrecorded.
        let _ = ctrlc::set_handler(move || {
            let _ = interrupts.send(Happened::Interrupt);
        });
        Self { sender, receiver }
    }

    /// Runs a command on a thread of its own; an interrupt leaves it behind.
    pub(crate) fn run(&self, command: impl FnOnce() -> Ending + Send + 'static) -> Ending {
        let sender = self.sender.clone();
        thread::spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(command));
            let ending = ended.unwrap_or(Ending::error(Label("Panic")));
            let _ = sender.send(Happened::End(ending));
        });
        loop {
            match self.receiver.recv() {
                Ok(Happened::End(ending)) => return ending,
                Ok(Happened::Interrupt) | Err(_) => return Ending::Interrupted,
                // An answer that came after its prompt.
                Ok(Happened::Line(_)) => {}
            }
        }
    }
}

impl Terminal for Events {
    fn is_interactive(&self) -> bool {
        StdTerminal.is_interactive()
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        StdTerminal.show(text)
    }

    fn read_line(&mut self) -> io::Result<Input> {
        let sender = self.sender.clone();
        thread::spawn(move || {
            let _ = sender.send(Happened::Line(StdTerminal.read_line()));
        });
        match self.receiver.recv() {
            Ok(Happened::Line(line)) => line,
            _ => Err(io::ErrorKind::Interrupted.into()),
        }
    }
}
