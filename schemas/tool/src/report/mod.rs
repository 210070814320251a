//! Output: formats, colours and the escapes of Markdown and of workflow annotations.

pub mod code;
pub mod diff;

use std::fmt::Write;

/// A format for findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For a terminal or a log.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For a comment on a pull request.
    Markdown,
    /// Annotations of a GitHub workflow, at lines of files.
    Github,
}

/// Colours of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether colours are written.
    pub colour: bool,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// For names.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// For a change that breaks a side.
    #[must_use]
    pub fn red(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// For a side that works.
    #[must_use]
    pub fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// For a note.
    #[must_use]
    pub fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// For details.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }
}

/// Text without control characters: a document must not move the cursor of a terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        // Marks that change the direction of text could hide a part of a line.
        let hides = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || hides {
            let _ = write!(safe, "\\u{:04x}", u32::from(character));
        } else {
            safe.push(character);
        }
    }
    safe
}

/// The text of a cell of a Markdown table, as code.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let text = printable(text).replace('|', "\\|");
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest == 0 {
        format!("`{text}`")
    } else {
        format!("{fence} {text} {fence}")
    }
}

/// The text of a cell of a Markdown table.
#[must_use]
pub fn markdown_cell(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(printable).collect();
    let text = words.join(" ").replace('&', "&amp;");
    text.replace('<', "&lt;").replace('|', "\\|")
}

/// Weight of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The gate fails.
    Error,
    /// The gate passes, but a reader should look.
    Warning,
    /// For information.
    Notice,
}

/// A message at a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Its weight.
    pub level: Level,
    /// File, as a path from the root of the repository.
    pub file: String,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Title.
    pub title: String,
    /// Text; may have several lines.
    pub message: String,
}

impl Annotation {
    /// The workflow command, one line without a line break.
    #[must_use]
    pub fn to_command(&self) -> String {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        };
        let mut text = format!("::{level} file={}", property(&self.file));
        if let Some(line) = self.line {
            let _ = write!(text, ",line={line}");
        }
        let _ = write!(
            text,
            ",title={}::{}",
            property(&self.title),
            data(&self.message)
        );
        text
    }
}

/// A workflow ends at a line break, so text of a document must not contain one.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(printable).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_document_stays_text() {
        let annotation = Annotation {
            level: Level::Error,
            file: "a,b:c.json".to_owned(),
            line: Some(3),
            title: "RULE".to_owned(),
            message: "50 %\n::error::second".to_owned(),
        };
        assert_eq!(
            annotation.to_command(),
            "::error file=a%2Cb%3Ac.json,line=3,title=RULE::50 %25%0A::error::second"
        );
        assert_eq!(printable("a\u{1b}[31mb\u{202e}"), "a\\u001b[31mb\\u202e");
        assert_eq!(markdown_cell("a|b\n<img src=x>"), "a\\|b &lt;img src=x>");
        assert_eq!(markdown_code("a`b"), "`` a`b ``");
        assert_eq!(Style { colour: true }.red("x"), "\u{1b}[31mx\u{1b}[0m");
        assert_eq!(Style::default().red("x"), "x");
    }
}
