//! What the person sees: a few labelled lines, coloured on a terminal only.

use std::{
    ffi::OsString,
    io::{self, Write},
};

/// Writes lines with a label in front. Errors are kept until [`finish`](Self::finish): a closed
/// pipe must not stop the command that runs in between.
#[derive(Debug)]
pub(crate) struct Report<W> {
    out: W,
    colour: bool,
    failed: io::Result<()>,
}

/// What a label says about its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Bad,
}

/// Whether a person at a terminal wants colour, for all that the environment says.
pub(crate) fn wants_colour(lookup: impl Fn(&str) -> Option<OsString>) -> bool {
    lookup("NO_COLOR").is_none_or(|value| value.is_empty())
        && lookup("TERM").is_none_or(|term| term != "dumb")
}

impl<W: Write> Report<W> {
    pub(crate) fn new(out: W, colour: bool) -> Self {
        Self {
            out,
            colour,
            failed: Ok(()),
        }
    }

    /// `label` in a column of its own, then `text`.
    pub(crate) fn line(&mut self, tone: Tone, label: &str, text: &str) {
        let code = match tone {
            Tone::Plain => "1",
            Tone::Good => "1;32",
            Tone::Bad => "1;31",
        };
        let label = format!("{label:<9}");
        if self.colour {
            self.put(&format!("\x1b[{code}m{label}\x1b[0m {text}\n"));
        } else {
            self.put(&format!("{label} {text}\n"));
        }
    }

    /// A line under the label column.
    pub(crate) fn indented(&mut self, text: &str) {
        self.put(&format!("{:<9} {text}\n", ""));
    }

    /// A command to type, and what it shows.
    pub(crate) fn next(&mut self, command: &str, shows: &str) {
        if self.colour {
            self.put(&format!("  \x1b[36m{command}\x1b[0m\n"));
        } else {
            self.put(&format!("  {command}\n"));
        }
        self.put(&format!("      {shows}\n"));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.put(&format!("{text}\n"));
    }

    /// Hands over what was written before someone else writes to the same terminal.
    pub(crate) fn flush(&mut self) {
        if self.failed.is_ok() {
            self.failed = self.out.flush();
        }
    }

    /// Whether everything could be written.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.flush();
        self.failed
    }

    fn put(&mut self, text: &str) {
        if self.failed.is_ok() {
            self.failed = self.out.write_all(text.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(colour: bool) -> String {
        let mut out = Vec::new();
        let mut report = Report::new(&mut out, colour);
        report.line(Tone::Good, "valid", "yes");
        report.next("type this", "see that");
        report.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_pipe_gets_plain_text() {
        assert_eq!(
            written(false),
            "valid     yes\n  type this\n      see that\n"
        );
    }

    #[test]
    fn a_terminal_gets_colour() {
        assert!(written(true).starts_with("\x1b[1;32mvalid    \x1b[0m yes\n"));
    }
}
