//! The question, asked on a terminal.
//!
//! Must never appear where nobody can answer: unless standard input, output and error are all
//! terminals nothing is written and nothing is read. Must never take anything but `y` or `yes` for
//! a yes (or Enter, where the product says so), never hold more than a line of bounded length, and
//! writes to nothing but the terminal it was given. It installs no signal handler: without one an
//! interrupt ends the program, with one it ends the reading.

use std::{
    borrow::Cow,
    io::{self, BufRead, ErrorKind, IsTerminal, Write},
};

use super::Answer;
use crate::util::whitespace::is_space;

/// Longest answer that is looked at, in bytes; what is longer is neither yes nor Enter.
const MAX_ANSWER_BYTES: usize = 256;

/// Most bytes of one line that are read: a terminal gives at most a few thousand.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// What is shown and asked, and what the answers mean.
///
/// ```
/// use telemetry_runtime::consent::{Answer, PromptOutcome, Prompt, IoTerminal};
///
/// let prompt = Prompt::new("We count commands.\n", "Allow anonymous telemetry?");
/// let mut person = IoTerminal::new(b"\n".as_slice(), Vec::new());
/// assert_eq!(prompt.ask(&mut person), PromptOutcome::Answered(Answer::No));
///
/// let shown = String::from_utf8(person.into_output()).unwrap();
/// assert_eq!(shown, "We count commands.\nAllow anonymous telemetry? [y/N]: ");
/// ```
#[derive(Debug, Clone)]
pub struct Prompt {
    disclosure: Cow<'static, str>,
    question: Cow<'static, str>,
    default_answer: Answer,
    store_no_at_end_of_input: bool,
}

/// What came of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PromptOutcome {
    /// Nothing was shown, or not all of it: nobody was asked.
    NotShown,
    /// A person answered.
    Answered(Answer),
    /// The input ended, or an interrupt came: off now.
    EndOfInput,
    /// The answer could not be read: off now.
    ReadError,
}

impl Prompt {
    /// A prompt that shows `disclosure` as it is and then asks `question`, behind which it puts
    /// `[y/N]` or `[Y/n]`.
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

    /// What Enter alone means. Default: no.
    #[must_use]
    pub fn default_answer(mut self, answer: Answer) -> Self {
        self.default_answer = answer;
        self
    }

    /// Whether the end of the input and an interrupt are stored as a no. Default: nothing is
    /// stored, and the person is asked again the next time.
    #[must_use]
    pub fn store_no_at_end_of_input(mut self, store: bool) -> Self {
        self.store_no_at_end_of_input = store;
        self
    }

    /// Shows the disclosure, asks, and waits for one line. Where not all three streams are
    /// terminals it does nothing.
    pub fn ask(&self, terminal: &mut impl Terminal) -> PromptOutcome {
        if !terminal.is_interactive() {
            return PromptOutcome::NotShown;
        }
        let keys = match self.default_answer {
            Answer::Yes => "[Y/n]",
            Answer::No => "[y/N]",
        };
        let text = format!("{}{} {keys}: ", self.disclosure, self.question);
        if terminal.show(&text).is_err() {
            return PromptOutcome::NotShown;
        }
        let asked = match terminal.read_line() {
            Ok(Input::Line(line)) => return PromptOutcome::Answered(self.parse_answer(&line)),
            Ok(Input::End) => PromptOutcome::EndOfInput,
            Err(error) if error.kind() == ErrorKind::Interrupted => PromptOutcome::EndOfInput,
            Err(_) => PromptOutcome::ReadError,
        };
        // The cursor stands behind the question still. If this fails there is nobody to see it.
        let _ = terminal.show("\n");
        asked
    }

    /// The answer to store.
    pub(crate) fn answer_to_store(&self, asked: PromptOutcome) -> Option<Answer> {
        match asked {
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

/// A person at a terminal, or a script that stands in for one.
pub trait Terminal {
    /// True when standard input, output and error are all terminals.
    fn is_interactive(&self) -> bool;

    /// Shows text at once.
    ///
    /// # Errors
    ///
    /// What the stream says.
    fn show(&mut self, text: &str) -> io::Result<()>;

    /// Reads up to the end of the line.
    ///
    /// # Errors
    ///
    /// What the stream says; [`ErrorKind::Interrupted`] for an interrupt.
    fn read_line(&mut self) -> io::Result<Input>;
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The start of a line, at most a few hundred bytes of it.
    Line(Vec<u8>),
    /// The end of the input, with nothing before it.
    End,
}

/// The process's own streams: asks on standard error, reads standard input. Neither is locked but
/// for the moment it is used; standard input only while the person is being asked.
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

/// Streams of one's own: for tests and for hosts that have their own terminal.
#[derive(Debug)]
pub struct IoTerminal<R, W> {
    terminals: [bool; 3],
    input: R,
    output: W,
}

impl<R: BufRead, W: Write> IoTerminal<R, W> {
    /// Streams that are all terminals.
    #[must_use]
    pub fn new(input: R, output: W) -> Self {
        Self {
            terminals: [true; 3],
            input,
            output,
        }
    }

    /// Says which of standard input, output and error are terminals.
    #[must_use]
    pub fn terminals(mut self, stdin: bool, stdout: bool, stderr: bool) -> Self {
        self.terminals = [stdin, stdout, stderr];
        self
    }

    /// What was written to, with what was shown.
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

/// Uses up the line to its end, so that nothing of it is left for the host; keeps its start. Unlike
/// std's own it does not read on after an interrupt.
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
        // One byte too many marks an answer that is too long, and makes it neither yes nor Enter.
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
