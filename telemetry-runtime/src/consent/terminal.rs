//! The terminal on which the user is asked.
//!
//! **Invariants.** Input is read into a buffer of bounded length, and output goes only to the terminal
//! that was given. A process in the background neither reads nor writes. No signal handler is installed:
//! an interrupt ends the program unless the host handles it.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    time::Duration,
};

use crate::util::platform::terminal;

/// Longest answer that is parsed, in bytes. A longer line is unclear.
const MAX_ANSWER_BYTES: usize = 256;

/// Most bytes of one line that are read. Terminals deliver at most a few thousand.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// A terminal on which the user is asked.
pub trait Terminal {
    /// True if standard input, output and error are all terminals and the process is not in the
    /// background.
    fn is_interactive(&self) -> bool;

    /// Writes `text` and flushes.
    ///
    /// # Errors
    ///
    /// The error of the stream.
    fn show(&mut self, text: &str) -> io::Result<()>;

    /// Discards the input that has arrived, because a line from before the question does not answer
    /// it. Default: does nothing.
    ///
    /// # Errors
    ///
    /// The error of the stream. The question is then not asked.
    fn discard_input(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Reads one line, and waits at most `timeout` for it.
    ///
    /// # Errors
    ///
    /// The error of the stream; [`Interrupted`](io::ErrorKind::Interrupted) for an interrupt,
    /// [`TimedOut`](io::ErrorKind::TimedOut) after `timeout`.
    fn read_line(&mut self, timeout: Duration) -> io::Result<Input>;
}

/// The input that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One line. Only its first few hundred bytes matter.
    Line(Vec<u8>),
    /// The end of the input, without any bytes before it.
    End,
}

/// The process's streams: writes to standard error and reads standard input.
///
/// On Unix the user is asked only if the process is in the terminal's foreground group. A job that an
/// interactive shell runs with `&`, and a program below `timeout`, are not. Reading would stop them. A
/// program below `setsid` or `su -c` has no controlling terminal and therefore no foreground group, so it
/// is not asked either.
///
/// On other systems typed-ahead input is not discarded, and the wait for a line has no time limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct StdTerminal;

impl Terminal for StdTerminal {
    fn is_interactive(&self) -> bool {
        io::stdin().is_terminal()
            && io::stdout().is_terminal()
            && io::stderr().is_terminal()
            && terminal::is_in_foreground()
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        let mut stderr = io::stderr();
        stderr.write_all(text.as_bytes())?;
        stderr.flush()
    }

    fn discard_input(&mut self) -> io::Result<()> {
        terminal::discard_input()
    }

    fn read_line(&mut self, timeout: Duration) -> io::Result<Input> {
        read_bounded_line(&mut terminal::input(timeout))
    }
}

/// A terminal built from a reader and a writer, for tests and for hosts with their own terminal. It
/// waits for a line without a time limit.
#[derive(Debug)]
pub struct IoTerminal<R, W> {
    terminals: [bool; 3],
    input: R,
    output: W,
}

impl<R: BufRead, W: Write> IoTerminal<R, W> {
    /// A terminal that is interactive.
    #[must_use]
    pub fn new(input: R, output: W) -> Self {
        Self {
            terminals: [true; 3],
            input,
            output,
        }
    }

    /// Sets which of standard input, output and error are terminals.
    #[must_use]
    pub fn terminals(mut self, stdin: bool, stdout: bool, stderr: bool) -> Self {
        self.terminals = [stdin, stdout, stderr];
        self
    }

    /// The writer, with everything that was shown.
    #[must_use]
    pub fn into_output(self) -> W {
        self.output
    }
}

impl<R: BufRead, W: Write> Terminal for IoTerminal<R, W> {
    fn is_interactive(&self) -> bool {
        self.terminals == [true; 3]
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        self.output.write_all(text.as_bytes())?;
        self.output.flush()
    }

    fn read_line(&mut self, _: Duration) -> io::Result<Input> {
        read_bounded_line(&mut self.input)
    }
}

/// Consumes one line, so that none of it is left for the host, and keeps its start. Unlike
/// `BufRead::read_until` it returns on an interrupt.
fn read_bounded_line(input: &mut impl BufRead) -> io::Result<Input> {
    let mut line = Vec::new();
    let mut read = 0;
    while read < MAX_LINE_BYTES {
        let available = input.fill_buf()?;
        if available.is_empty() {
            break;
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(available.len(), |end| end + 1);
        // One byte above the limit marks an answer that is too long.
        let room = (MAX_ANSWER_BYTES + 1).saturating_sub(line.len()).min(used);
        line.extend_from_slice(available.get(..room).unwrap_or_default());
        input.consume(used);
        read += used;
        if end.is_some() {
            break;
        }
    }
    if line.is_empty() {
        return Ok(Input::End);
    }
    if line.len() > MAX_ANSWER_BYTES {
        line = b"too long".to_vec();
    }
    Ok(Input::Line(line))
}
