//! The output of a subcommand: text for users, or one JSON object for scripts.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    disclosure::render::wrap,
    schema::json::{self, Object},
};

/// Exit code: success.
pub(super) const DONE: u8 = 0;
/// Exit code: a file could not be read, written or removed, or the output could not be written.
pub(super) const FAILED: u8 = 1;
/// Exit code: another signal takes precedence, or there is no file to store the answer in.
pub(super) const REFUSED: u8 = 3;

/// The exit code and the output of a subcommand, in both forms.
pub(super) struct Outcome {
    code: u8,
    text: String,
    json: String,
}

impl Outcome {
    pub(super) fn new(code: u8, text: Text, members: impl FnOnce(&mut Object<'_>)) -> Self {
        Self {
            code,
            text: text.text,
            json: json::document(members),
        }
    }

    /// An error, described by `sentences`.
    pub(super) fn problem(code: u8, width: usize, sentences: &str) -> Self {
        let mut text = Text::new(width);
        text.line(sentences);
        Self::new(code, text, |object| {
            object.text("error", sentences);
        })
    }

    pub(super) fn write(&self, json: bool, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
        let written = match (json, self.code) {
            (true, _) => write_all(out, &self.json),
            (false, DONE) => write_all(out, &self.text),
            (false, _) => write_all(err, &self.text),
        };
        let Err(error) = written else {
            return self.code;
        };
        // If this stream fails too, only the exit code reports the error.
        let _ = write_all(err, &format!("The output could not be written: {error}.\n"));
        if self.code == DONE { FAILED } else { self.code }
    }
}

fn write_all(stream: &mut dyn Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// Text in lines of bounded length.
pub(super) struct Text {
    text: String,
    width: usize,
}

impl Text {
    pub(super) const fn new(width: usize) -> Self {
        Self {
            text: String::new(),
            width,
        }
    }

    pub(super) fn line(&mut self, words: &str) {
        wrap(&mut self.text, words, self.width, "", "");
    }

    /// Adds formatted text.
    pub(super) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A name in a column and its value beside it, or below it if the value does not fit.
    pub(super) fn row(&mut self, name: &str, value: &str) {
        let first = format!("  {name:<13}");
        let longest = value.split_whitespace().map(|word| word.chars().count());
        if first.len() + longest.max().unwrap_or(0) > self.width {
            self.text.push_str(&format!("  {name}\n"));
            wrap(&mut self.text, value, self.width, "    ", "    ");
        } else {
            wrap(&mut self.text, value, self.width, &first, &" ".repeat(15));
        }
    }
}

/// A number of bytes for users.
pub(super) fn size_text(bytes: u64) -> String {
    match bytes {
        0 => "empty".to_owned(),
        1..1024 => format!("{bytes} bytes"),
        _ => format!("{} KiB", bytes / 1024),
    }
}

/// A path with control characters escaped, safe to print on a terminal.
pub(super) fn display_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.chars().any(char::is_control) {
        text.escape_debug().to_string()
    } else {
        text.into_owned()
    }
}
