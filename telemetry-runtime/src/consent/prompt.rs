//! The consent question: its text, the meaning of the answers, and how often it is asked.
//!
//! **Invariants.** Unless the terminal is interactive, nothing is written and nothing is read. A yes is
//! `y`, `yes`, or Enter if the product declares it. A no is `n`, `no`, or Enter otherwise. After any
//! other text the question is asked once more, and that text is never stored. Input from before a
//! question is discarded, and the wait for a line is bounded.

use std::{
    borrow::Cow,
    io::{self, ErrorKind},
    time::Duration,
};

use super::{
    Answer,
    terminal::{Input, Terminal},
};
use crate::util::whitespace::is_space;

/// Time to wait for a line after a question, unless the product sets another one.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// Shown before the question if there are details.
const DETAILS_HINT: &str = "Type ? to read all of it.\n";

/// Shown after an unclear answer.
const UNCLEAR_HINT: &str = "Please type y for yes or n for no.\n";

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
    details: Option<Cow<'static, str>>,
    question: Cow<'static, str>,
    default_answer: Answer,
    store_no_at_end_of_input: bool,
    timeout: Duration,
}

/// The result of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PromptOutcome {
    /// The question was not asked: the terminal is not interactive, or writing to it failed.
    NotShown,
    /// The user answered.
    Answered(Answer),
    /// The question was shown, but no line arrived in time, or two answers were unclear. It counts as
    /// not asked: nothing is stored, and the next run asks again.
    Unanswered,
    /// The input ended or was interrupted: telemetry is off for this run.
    EndOfInput,
    /// The answer could not be read: telemetry is off for this run.
    ReadError,
}

/// The meaning of one line.
enum Reply {
    Answer(Answer),
    Details,
    Unclear,
}

impl Prompt {
    /// A prompt that shows `disclosure` unchanged and then asks `question`, followed by `[y/N]` or
    /// `[Y/n]`. A disclosure of at most 20 lines and the question with its hints fit on 24 lines.
    #[must_use]
    pub fn new(
        disclosure: impl Into<Cow<'static, str>>,
        question: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            disclosure: disclosure.into(),
            details: None,
            question: question.into(),
            default_answer: Answer::No,
            store_no_at_end_of_input: false,
            timeout: DEFAULT_TIMEOUT,
        }
    }

    /// A longer text, which is shown if the user types `?`. Then the question is asked again.
    #[must_use]
    pub fn details(mut self, details: impl Into<Cow<'static, str>>) -> Self {
        self.details = Some(details.into());
        self
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

    /// Time to wait for a line after a question. Default: 60 s.
    ///
    /// After that the question counts as not asked, and the program continues with telemetry off. A
    /// service on a terminal without a user waits this long at each start. To skip the question, set the
    /// product's enable variable ([`Product::enable_variable`](crate::Product::enable_variable)) to `0`
    /// or `1`, or set `DO_NOT_TRACK=1`.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Shows the disclosure, asks the question and waits for one line. After an unclear answer, it
    /// asks once more. Does nothing if the terminal is not [interactive](Terminal::is_interactive).
    pub fn ask(&self, terminal: &mut impl Terminal) -> PromptOutcome {
        if !terminal.is_interactive() || terminal.show(&self.disclosure).is_err() {
            return PromptOutcome::NotShown;
        }
        let mut was_unclear = false;
        let mut details = self.details.as_deref();
        loop {
            if self.show_question(terminal, details.is_some()).is_err() {
                return PromptOutcome::NotShown;
            }
            let reply = match terminal.read_line(self.timeout) {
                Ok(Input::Line(line)) => self.parse(&line),
                Ok(Input::End) => return stopped(terminal, PromptOutcome::EndOfInput),
                Err(error) => return stopped(terminal, outcome_of(&error)),
            };
            // Details are shown once, so that the number of questions is bounded.
            let text = match (reply, details.take()) {
                (Reply::Answer(answer), _) => return PromptOutcome::Answered(answer),
                (Reply::Details, Some(details)) => details,
                (Reply::Details | Reply::Unclear, _) if was_unclear => {
                    return PromptOutcome::Unanswered;
                }
                (Reply::Details | Reply::Unclear, unseen) => {
                    was_unclear = true;
                    details = unseen;
                    UNCLEAR_HINT
                }
            };
            if terminal.show(text).is_err() {
                return PromptOutcome::Unanswered;
            }
        }
    }

    /// Showing the disclosure can take long on a slow terminal, so input is discarded after it.
    fn show_question(&self, terminal: &mut impl Terminal, has_details: bool) -> io::Result<()> {
        let hint = if has_details { DETAILS_HINT } else { "" };
        let choices = match self.default_answer {
            Answer::Yes => "[Y/n]",
            Answer::No => "[y/N]",
        };
        terminal.discard_input()?;
        terminal.show(&format!("{hint}{} {choices}: ", self.question))
    }

    /// The answer to store, if any.
    pub(crate) fn answer_to_store(&self, outcome: PromptOutcome) -> Option<Answer> {
        match outcome {
            PromptOutcome::Answered(answer) => Some(answer),
            PromptOutcome::EndOfInput if self.store_no_at_end_of_input => Some(Answer::No),
            PromptOutcome::EndOfInput
            | PromptOutcome::NotShown
            | PromptOutcome::ReadError
            | PromptOutcome::Unanswered => None,
        }
    }

    fn parse(&self, line: &[u8]) -> Reply {
        let Ok(text) = std::str::from_utf8(line) else {
            return Reply::Unclear;
        };
        let text = text.trim_matches(is_space);
        let is_one_of = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        match text {
            "" => Reply::Answer(self.default_answer),
            "?" => Reply::Details,
            _ if is_one_of(["y", "yes"]) => Reply::Answer(Answer::Yes),
            _ if is_one_of(["n", "no"]) => Reply::Answer(Answer::No),
            _ => Reply::Unclear,
        }
    }
}

fn outcome_of(error: &io::Error) -> PromptOutcome {
    match error.kind() {
        ErrorKind::Interrupted => PromptOutcome::EndOfInput,
        ErrorKind::TimedOut => PromptOutcome::Unanswered,
        _ => PromptOutcome::ReadError,
    }
}

/// Ends the line of the question. The outcome is known, so errors are ignored.
fn stopped(terminal: &mut impl Terminal, outcome: PromptOutcome) -> PromptOutcome {
    if outcome == PromptOutcome::Unanswered {
        // The host must not read half an answer.
        let _ = terminal.discard_input();
    }
    let _ = terminal.show("\n");
    outcome
}
