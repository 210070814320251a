//! Output for the user: lines of plain text with labels.

use std::io::{self, Write};

/// Writes lines that start with a label. Errors are kept until [`finish`](Self::finish): a closed pipe
/// must not stop the command.
#[derive(Debug)]
pub(crate) struct LabelWriter<W> {
    out: W,
    result: io::Result<()>,
}

impl<W: Write> LabelWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        let result = Ok(());
        Self { out, result }
    }

    /// A line with a label.
    pub(crate) fn line(&mut self, label: &str, text: &str) {
        self.put(&format!("{label:<9} {text}\n"));
    }

    /// A line without a label, indented to the text column.
    pub(crate) fn indented(&mut self, text: &str) {
        self.put(&format!("{:<9} {text}\n", ""));
    }

    /// A command to type, and its purpose.
    pub(crate) fn command(&mut self, command: &str, purpose: &str) {
        self.put(&format!("  {command}\n      {purpose}\n"));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.put(&format!("{text}\n"));
    }

    /// Flushes before another process writes to the same terminal.
    pub(crate) fn flush(&mut self) {
        if self.result.is_ok() {
            self.result = self.out.flush();
        }
    }

    /// Flushes, and returns the first error.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.flush();
        self.result
    }

    fn put(&mut self, text: &str) {
        if self.result.is_ok() {
            self.result = self.out.write_all(text.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_aligned_after_the_labels() {
        let mut out = Vec::new();
        let mut writer = LabelWriter::new(&mut out);
        writer.line("valid", "yes");
        writer.indented("both");
        writer.command("type this", "see that");
        writer.finish().unwrap();
        let expected = "valid     yes\n          both\n  type this\n      see that\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
