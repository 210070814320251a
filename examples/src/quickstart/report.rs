//! The output for the user: labelled lines of plain text.

use std::io::{self, Write};

/// Writes lines with a label in front. Errors are kept until [`finish`](Self::finish): a closed
/// pipe must not stop the command that runs in between.
#[derive(Debug)]
pub(crate) struct Report<W> {
    out: W,
    failed: io::Result<()>,
}

impl<W: Write> Report<W> {
    pub(crate) fn new(out: W) -> Self {
        let failed = Ok(());
        Self { out, failed }
    }

    /// `label` in its column, then `text`.
    pub(crate) fn line(&mut self, label: &str, text: &str) {
        self.put(&format!("{label:<9} {text}\n"));
    }

    /// A line under the label column.
    pub(crate) fn indented(&mut self, text: &str) {
        self.put(&format!("{:<9} {text}\n", ""));
    }

    /// A command to type, and its purpose.
    pub(crate) fn next(&mut self, command: &str, purpose: &str) {
        self.put(&format!("  {command}\n      {purpose}\n"));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.put(&format!("{text}\n"));
    }

    /// Flushes before another process writes to the same terminal.
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

    #[test]
    fn labels_are_a_column() {
        let mut out = Vec::new();
        let mut report = Report::new(&mut out);
        report.line("valid", "yes");
        report.indented("both");
        report.next("type this", "see that");
        report.finish().unwrap();
        let expected = "valid     yes\n          both\n  type this\n      see that\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
