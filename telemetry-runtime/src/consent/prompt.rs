//! Asks the consent question on a terminal.
//!
//! **Invariants.** Unless standard input, output and error are all terminals, nothing is written and
//! nothing is read. Only `y` or `yes` is a yes, and Enter where the product declares it. Input is
//! read into a buffer of bounded length, and output goes only to the terminal that was given. No
//! signal handler is installed: without one an interrupt ends the program, and with the host's it
//! ends the reading.

use std::{
    borrow::Cow,
    io::{self, BufRead, ErrorKind, IsTerminal, Write},
};

use super::Answer;
use crate::util::whitespace::is_space;

/// Longest answer that is parsed, in bytes. A longer line is a no.
const MAX_ANSWER_BYTES: usize = 256;

/// Most bytes of one line that are read. Terminals deliver at most a few thousand.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// The text that is shown, the question, and the meaning of the answers.
///
/// ```
/// use telemetry_runtime::consent::{Answer, PromptOutcome, Prompt, IoTerminal};
///
/// let prompt = Prompt::new("We count commands.\n", "Allow anonymous telemetry?");
/// let mut terminal = IoTerminal::new(b"\n".as_slice(), Vec::new());
/// assert_eq!(prompt.ask(&mut terminal), PromptOutcome::Answered(Answer::No));
///
/// let shown = String::from_utf8(terminal.into_output()).unwrap();
/// assert_eq!(shown, "We count commands.\nAllow anonymous telemetry? [y/N]: ");
/// ```
#[derive(Debug, Clone)]
pub struct Prompt {
    disclosure: Cow<'static, str>,
    question: Cow<'static, str>,
    default_answer: Answer,
    store_no_at_end_of_input: bool,
}

/// The result of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PromptOutcome {
    /// The question was not asked: the terminal is not interactive, or writing to it failed.
    NotShown,
    /// The user answered.
    Answered(Answer),
    /// The input ended or was interrupted: telemetry is off for this run.
    EndOfInput,
    /// The answer could not be read: telemetry is off for this run.
    ReadError,
}

impl Prompt {
    /// A prompt that shows `disclosure` unchanged and then asks `question`, followed by `[y/N]` or
    /// `[Y/n]`.
    #[must_use]
    pub fn new(
        disclosure: impl Into<Cow<'static, str>>,
        question: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            disclosure: disclosure.into(),
            question: question.into(),
            default_answer: Answer::No,
            store_no_at_end_of_input: false,
        }
    }

    /// The meaning of Enter without text. Default: no.
    #[must_use]
    pub fn default_answer(mut self, answer: Answer) -> Self {
        self.default_answer = answer;
        self
    }

    /// Whether the end of input and an interrupt are stored as a no. Default: nothing is stored, and
    /// the user is asked again the next time.
    #[must_use]
    pub fn store_no_at_end_of_input(mut self, store: bool) -> Self {
        self.store_no_at_end_of_input = store;
        self
    }

    /// Shows the disclosure, asks the question and waits for one line. Does nothing if the terminal
    /// is not [interactive](Terminal::is_interactive).
    pub fn ask(&self, terminal: &mut impl Terminal) -> PromptOutcome {
        if !terminal.is_interactive() {
            return PromptOutcome::NotShown;
        }
        let choices = match self.default_answer {
            Answer::Yes => "[Y/n]",
            Answer::No => "[y/N]",
        };
        let text = format!("{}{} {choices}: ", self.disclosure, self.question);
        if terminal.show(&text).is_err() {
            return PromptOutcome::NotShown;
        }
        let outcome = match terminal.read_line() {
            Ok(Input::Line(line)) => return PromptOutcome::Answered(self.parse_answer(&line)),
            Ok(Input::End) => PromptOutcome::EndOfInput,
            Err(error) if error.kind() == ErrorKind::Interrupted => PromptOutcome::EndOfInput,
            Err(_) => PromptOutcome::ReadError,
        };
        // The cursor is still on the line of the question. The outcome is known, so an error is ignored.
        let _ = terminal.show("\n");
        outcome
    }

    /// The answer to store, if any.
    pub(crate) fn answer_to_store(&self, outcome: PromptOutcome) -> Option<Answer> {
        match outcome {
            PromptOutcome::Answered(answer) => Some(answer),
            PromptOutcome::EndOfInput if self.store_no_at_end_of_input => Some(Answer::No),
            PromptOutcome::EndOfInput | PromptOutcome::NotShown | PromptOutcome::ReadError => None,
        }
    }

    fn parse_answer(&self, line: &[u8]) -> Answer {
        let Ok(text) = std::str::from_utf8(line) else {
            return Answer::No;
        };
        match text.trim_matches(is_space) {
            "" => self.default_answer,
            text if ["y", "yes"]
                .iter()
                .any(|yes| text.eq_ignore_ascii_case(yes)) =>
            {
                Answer::Yes
            }
            _ => Answer::No,
        }
    }
}

/// A terminal on which the user is asked.
pub trait Terminal {
    /// True when standard input, output and error are all terminals.
    fn is_interactive(&self) -> bool;

    /// Writes `text` and flushes.
    ///
    /// # Errors
    ///
    /// The error of the stream.
    fn show(&mut self, text: &str) -> io::Result<()>;

    /// Reads one line.
    ///
    /// # Errors
    ///
    /// The error of the stream; [`ErrorKind::Interrupted`] for an interrupt.
    fn read_line(&mut self) -> io::Result<Input>;
}

/// The input that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One line. Only its first few hundred bytes matter.
    Line(Vec<u8>),
    /// The end of the input, without any bytes before it.
    End,
}

/// The process's streams: writes to standard error and reads standard input. Each stream is locked
/// only while it is in use.
#[derive(Debug, Clone, Copy, Default)]
pub struct StdTerminal;

impl Terminal for StdTerminal {
    fn is_interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal()
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        let mut stderr = io::stderr();
        stderr.write_all(text.as_bytes())?;
        stderr.flush()
    }

    fn read_line(&mut self) -> io::Result<Input> {
        read_bounded_line(&mut io::stdin().lock())
    }
}

/// A terminal built from a reader and a writer, for tests and for hosts with their own terminal.
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

    fn read_line(&mut self) -> io::Result<Input> {
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
