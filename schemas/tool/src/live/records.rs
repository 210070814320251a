//! The records of an input: lines, or JSON values of several lines.
//!
//! A record ends with the line in which its brackets are closed. If they are not closed, it ends before the
//! next line that begins with another character than white space, a quote or a closing bracket. So a
//! truncated line does not consume the next one, and an indented document is one record.

use std::io::{self, BufRead};

use crate::json::MAX_BYTES;

/// A record with its first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record {
    /// The text is in the buffer.
    Text { line: usize },
    /// The text is above the limit and was skipped.
    TooLong { line: usize },
}

pub(super) struct Records<R> {
    input: R,
    /// Lines that were read.
    lines: usize,
}

/// The brackets and quotes of a record so far.
#[derive(Default)]
struct Scan {
    open: i64,
    in_string: bool,
    escaped: bool,
    is_blank: bool,
}

impl Scan {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if !byte.is_ascii_whitespace() {
                self.is_blank = false;
            }
            if *byte == b'\n' {
                // A string of JSON ends in its line.
                (self.in_string, self.escaped) = (false, false);
            } else if self.escaped {
                self.escaped = false;
            } else if self.in_string {
                self.escaped = *byte == b'\\';
                self.in_string = *byte != b'"';
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.open += 1,
                    b'}' | b']' => self.open -= 1,
                    _ => {}
                }
            }
        }
    }
}

impl<R: BufRead> Records<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, lines: 0 }
    }

    /// Reads the next record into `bytes`; `None` at the end.
    pub(super) fn next(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<Record>> {
        bytes.clear();
        let mut line = self.lines + 1;
        let mut too_long = false;
        let mut scan = Scan {
            is_blank: true,
            ..Scan::default()
        };
        while let Some(first) = self.peek()? {
            let continues = first.is_ascii_whitespace() || matches!(first, b'}' | b']' | b'"');
            if scan.open > 0 && !continues {
                break;
            }
            self.line(bytes, &mut scan, &mut too_long)?;
            if scan.is_blank && !too_long {
                bytes.clear();
                line = self.lines + 1;
            } else if scan.open <= 0 {
                break;
            }
        }
        if too_long {
            // The memory of a long record is not kept.
            *bytes = Vec::new();
            return Ok(Some(Record::TooLong { line }));
        }
        // The end of a truncated line is the end of the text, not a control character in a string.
        while bytes.last().is_some_and(u8::is_ascii_whitespace) {
            bytes.pop();
        }
        Ok((!bytes.is_empty()).then_some(Record::Text { line }))
    }

    /// The next byte. A signal can interrupt a read; it is then repeated.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Ok(buffer) => return Ok(buffer.first().copied()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn line(
        &mut self,
        bytes: &mut Vec<u8>,
        scan: &mut Scan,
        too_long: &mut bool,
    ) -> io::Result<()> {
        while self.peek()?.is_some() {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(buffer.len(), |end| end + 1);
            let part = buffer.get(..length).unwrap_or_default();
            scan.bytes(part);
            if bytes.len() + length > MAX_BYTES {
                *too_long = true;
                bytes.clear();
            }
            if !*too_long {
                bytes.extend_from_slice(part);
            }
            self.input.consume(length);
            if end.is_some() {
                break;
            }
        }
        self.lines += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn records(text: &str) -> Vec<(usize, String)> {
        // A small buffer splits lines at every place.
        let mut records = Records::new(BufReader::with_capacity(3, text.as_bytes()));
        let mut bytes = Vec::new();
        let mut found = Vec::new();
        while let Some(Record::Text { line }) = records.next(&mut bytes).unwrap() {
            let text = String::from_utf8(bytes.clone()).unwrap();
            found.push((line, text.trim().to_owned()));
        }
        found
    }

    #[test]
    fn a_record_is_a_line_or_an_indented_value() {
        let text = "\n{\"a\": 1}\r\n  {\"a\": 2}\n\n{\n  \"a\": [\n    3\n  ]\n}\n[]";
        let found = records(text);
        let lines: Vec<_> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 5, 10]);
        assert_eq!(found[2].1, "{\n  \"a\": [\n    3\n  ]\n}");
    }

    #[test]
    fn a_truncated_line_does_not_consume_the_next_one() {
        let found = records("{\"a\": \"}{\n{\"a\": \"\\\"{\"}\n}\n{\"b\": [\n\n{}\n{");
        let found: Vec<_> = found.iter().map(|(line, text)| (*line, &**text)).collect();
        assert_eq!(
            found,
            [
                (1, "{\"a\": \"}{"),
                (2, "{\"a\": \"\\\"{\"}"),
                (3, "}"),
                (4, "{\"b\": ["),
                (6, "{}"),
                (7, "{"),
            ]
        );
    }

    #[test]
    fn a_record_above_the_limit_is_skipped() {
        let long = "x".repeat(MAX_BYTES + 1);
        let text = format!("{{\"a\": \"{long}\"}}\n{{}}\n{{\n  \"{long}\"\n}}\n{{}}\n");
        let mut records = Records::new(text.as_bytes());
        let mut bytes = Vec::new();
        let mut found = Vec::new();
        while let Some(record) = records.next(&mut bytes).unwrap() {
            assert!(bytes.len() < 10);
            found.push(record);
        }
        assert_eq!(
            found,
            [
                Record::TooLong { line: 1 },
                Record::Text { line: 2 },
                Record::TooLong { line: 3 },
                Record::Text { line: 6 },
            ]
        );
    }
}
