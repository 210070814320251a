//! Ctrl-C: the program waits for the end of the command or for an interrupt.
//!
//! The library does not install a signal handler. A program installs its own to report interrupts.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::Duration,
};

use telemetry_examples::agent_toolkit::ExitReason;
use telemetry_runtime::{
    Label,
    consent::{Input, StdTerminal, Terminal},
};

enum Event {
    Interrupt,
    Line(io::Result<Input>),
    End(ExitReason),
}

/// The queue of events of the process. Its [`Terminal`] is the terminal of the process, and an
/// interrupt ends a pending read.
pub(crate) struct EventQueue {
    sender: Sender<Event>,
    receiver: Receiver<Event>,
}

impl EventQueue {
    /// Creates the queue and installs a handler for Ctrl-C.
    pub(crate) fn new() -> Self {
        let (sender, receiver) = mpsc::channel();
        let interrupts = sender.clone();
        // If this fails, Ctrl-C ends the process and is not recorded.
        let _ = ctrlc::set_handler(move || {
            let _ = interrupts.send(Event::Interrupt);
        });
        Self { sender, receiver }
    }

    /// Runs a command on a new thread. An interrupt returns without waiting for the thread.
    pub(crate) fn run(&self, command: impl FnOnce() -> ExitReason + Send + 'static) -> ExitReason {
        let sender = self.sender.clone();
        thread::spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(command));
            let ending = ended.unwrap_or(ExitReason::error(Label("Panic")));
            let _ = sender.send(Event::End(ending));
        });
        loop {
            match self.receiver.recv() {
                Ok(Event::End(ending)) => return ending,
                Ok(Event::Interrupt) | Err(_) => return ExitReason::Interrupted,
                // Input after the end of the prompt.
                Ok(Event::Line(_)) => {}
            }
        }
    }
}

impl Terminal for EventQueue {
    fn is_interactive(&self) -> bool {
        StdTerminal.is_interactive()
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        StdTerminal.show(text)
    }

    fn discard_input(&mut self) -> io::Result<()> {
        StdTerminal.discard_input()
    }

    fn read_line(&mut self, timeout: Duration) -> io::Result<Input> {
        let sender = self.sender.clone();
        thread::spawn(move || {
            let _ = sender.send(Event::Line(StdTerminal.read_line(timeout)));
        });
        match self.receiver.recv() {
            Ok(Event::Line(line)) => line,
            _ => Err(io::ErrorKind::Interrupted.into()),
        }
    }
}
