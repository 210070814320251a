//! The difference between a file and its document, as the lines that a rewrite removes and adds.

use std::fmt::{self, Write as _};

/// The most lines of a difference that are printed.
const SHOWN: usize = 24;

/// The most lines that are searched for the next equal ones.
const LOOK_AHEAD: usize = 4096;

/// The difference between a file and the expected document. `Display` prints the lines that a rewrite
/// of the file removes (`-`) and adds (`+`), at most 24, with the JSON pointers of the objects that
/// contain them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Number of the first different line, starting at 1.
    pub line: usize,
    /// The expected first different line; `None` if the file should have ended before it.
    pub expected: Option<String>,
    /// The first different line of the file; `None` if the file ends before it.
    pub found: Option<String>,
    text: String,
}

impl Difference {
    pub(super) fn between(expected: &str, found: &str) -> Option<Self> {
        if expected == found {
            return None;
        }
        // Lines include their line feed, so a missing line feed at the end is a difference.
        let expected: Vec<&str> = expected.split_inclusive('\n').collect();
        let found: Vec<&str> = found.split_inclusive('\n').collect();
        let first = equal_lines(&expected, &found);
        let mut text = Text::default();
        let (mut at, mut at_found) = (0, 0);
        loop {
            let (rest, rest_found) = (tail(&expected, at), tail(&found, at_found));
            let equal = equal_lines(rest, rest_found);
            at += equal;
            at_found += equal;
            let (rest, rest_found) = (tail(rest, equal), tail(rest_found, equal));
            if rest.is_empty() && rest_found.is_empty() {
                break;
            }
            let (added, removed) = next_equal_lines(rest, rest_found);
            text.place(|| match added {
                0 => pointer(&found, at_found),
                _ => pointer(&expected, at),
            });
            text.lines('-', head(rest_found, removed));
            text.lines('+', head(rest, added));
            at += added;
            at_found += removed;
        }
        let line = |lines: &[&str]| lines.get(first).map(|line| (*line).to_owned());
        Some(Self {
            line: first + 1,
            expected: line(&expected),
            found: line(&found),
            text: text.end(),
        })
    }
}

impl Difference {
    /// Whether the first different line of the file ends in CRLF. The documents have no carriage returns.
    pub(super) fn has_carriage_returns(&self) -> bool {
        self.found
            .as_ref()
            .is_some_and(|line| line.ends_with("\r\n"))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The printed lines. The rest is counted.
#[derive(Default)]
struct Text {
    text: String,
    shown: usize,
    hidden: usize,
}

impl Text {
    /// The search for a pointer reads all lines before it, so it runs only for lines that are printed.
    fn place(&mut self, pointer: impl FnOnce() -> String) {
        if self.shown == SHOWN {
            return;
        }
        let pointer = pointer();
        if !pointer.is_empty() {
            // Writing to a `String` cannot fail.
            let _ = writeln!(self.text, "  in {pointer}:");
        }
    }

    fn lines(&mut self, sign: char, lines: &[&str]) {
        let indent = lines.iter().map(|line| indent(line)).min().unwrap_or(0);
        for line in lines {
            if self.shown == SHOWN {
                self.hidden += 1;
                continue;
            }
            self.shown += 1;
            let shown = line.get(indent..).unwrap_or(line);
            let (shown, note) = match shown.strip_suffix('\n') {
                Some(shown) => (shown, ""),
                None => (shown, " (no line feed)"),
            };
            let _ = writeln!(self.text, "  {sign} {}{note}", Visible(shown));
        }
    }

    fn end(mut self) -> String {
        match self.hidden {
            0 => self.text.truncate(self.text.trim_end_matches('\n').len()),
            hidden => {
                let _ = write!(self.text, "  and {hidden} more lines");
            }
        }
        self.text
    }
}

/// A line whose invisible characters, such as the carriage return of CRLF, are shown as escapes.
struct Visible<'a>(&'a str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\u{feff}' => write!(f, "{}", c.escape_unicode()),
            c if c.is_control() => write!(f, "{}", c.escape_debug()),
            c => f.write_char(c),
        })
    }
}

fn head<'l, 't>(lines: &'l [&'t str], count: usize) -> &'l [&'t str] {
    lines.get(..count).unwrap_or(lines)
}

fn tail<'l, 't>(lines: &'l [&'t str], start: usize) -> &'l [&'t str] {
    lines.get(start..).unwrap_or_default()
}

/// The number of equal lines at the start.
fn equal_lines(a: &[&str], b: &[&str]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The number of lines in `a` and in `b` before the next equal lines: the pair with the smallest sum. Two
/// lines in sequence have to be equal, because a single bracket often is.
fn next_equal_lines(a: &[&str], b: &[&str]) -> (usize, usize) {
    for skipped in 1..(a.len() + b.len()).min(LOOK_AHEAD) {
        for in_a in skipped.saturating_sub(b.len())..=skipped.min(a.len()) {
            let in_b = skipped - in_a;
            let (a, b) = (tail(a, in_a), tail(b, in_b));
            let equal = equal_lines(head(a, 2), head(b, 2));
            if equal == 2 || (equal > 0 && equal == a.len() && equal == b.len()) {
                return (in_a, in_b);
            }
        }
    }
    (a.len(), b.len())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The JSON pointer of the object or list that contains the line `at`; empty for the root and for text
/// that is not indented.
fn pointer(lines: &[&str], at: usize) -> String {
    let mut depth = lines.get(at).map_or(0, |line| indent(line));
    let mut keys = Vec::new();
    for line in head(lines, at).iter().rev() {
        if indent(line) < depth {
            depth = indent(line);
            let key = line.trim_start().strip_prefix('"');
            keys.extend(
                key.and_then(|key| key.split_once("\":"))
                    .map(|(key, _)| key),
            );
        }
    }
    keys.iter().rev().fold(String::new(), |mut pointer, key| {
        pointer.push('/');
        pointer.push_str(key);
        pointer
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expected: &str, found: &str) -> String {
        Difference::between(expected, found).map_or_else(String::new, |it| it.to_string())
    }

    #[test]
    fn each_difference_has_the_pointer_of_its_object() {
        let document = |size: &str, unit: &str| {
            format!(
                "{{\n    \"fields\": {{\n        \"a\": {{\n{size}        }},\n        \"b\": {{\n            \
                 \"unit\": \"{unit}\"\n        }}\n    }}\n}}\n"
            )
        };
        let (old, new) = (
            document("            \"min\": 0\n", "ms"),
            document("            \"min\": 1\n", "s"),
        );
        assert_eq!(
            shown(&new, &old),
            "  in /fields/a:\n  - \"min\": 0\n  + \"min\": 1\n  \
             in /fields/b:\n  - \"unit\": \"ms\"\n  + \"unit\": \"s\""
        );
        assert_eq!(
            shown(&document("", "ms"), &old),
            "  in /fields/a:\n  - \"min\": 0"
        );
        assert_eq!(
            shown(&old, &document("", "ms")),
            "  in /fields/a:\n  + \"min\": 0"
        );
        assert_eq!(shown(&old, &old), "");
    }

    #[test]
    fn a_missing_line_feed_and_a_missing_end_are_differences() {
        assert_eq!(shown("a\n", "a"), "  - a (no line feed)\n  + a");
        assert_eq!(shown("a\nb\n", "a\n"), "  + b");
        assert_eq!(shown("", "a\n"), "  - a");
        assert_eq!(
            shown("{\n", "\u{feff}{\r\n"),
            "  - \\u{feff}{\\r\n  + {",
            "invisible characters are shown"
        );
        let Some(first) = Difference::between("a\nb\n", "a\nc\nb\n") else {
            unreachable!()
        };
        assert_eq!((first.line, first.expected.as_deref()), (2, Some("b\n")));
        assert_eq!(first.found.as_deref(), Some("c\n"));
    }

    #[test]
    fn a_long_difference_is_cut() {
        let lines = |from: usize, to: usize| -> String {
            (from..to).map(|line| format!("line {line}\n")).collect()
        };
        let text = shown(&lines(0, 20), &lines(100, 130));
        assert_eq!(text.lines().count(), SHOWN + 1, "{text}");
        assert!(text.ends_with("\n  and 26 more lines"), "{text}");
    }

    /// Removes and adds the lines of a difference.
    #[test]
    fn the_lines_of_a_difference_turn_one_text_into_the_other() {
        for seed in 0..300_u64 {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut text = || -> Vec<String> {
                let lines = random.usize(0..8);
                (0..lines)
                    .map(|_| format!("{}\n", random.u8(0..3)))
                    .collect()
            };
            let (old, new) = (text(), text());
            let found = shown(&new.concat(), &old.concat());
            let count = |sign: &str| {
                let lines = found.lines();
                lines
                    .filter(|line| line.trim_start().starts_with(sign))
                    .count()
            };
            assert_eq!(
                old.len() - count("-"),
                new.len() - count("+"),
                "{old:?} {new:?}\n{found}"
            );
        }
    }
}
