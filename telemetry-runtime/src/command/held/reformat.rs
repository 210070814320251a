//! Formats JSON text that was written before, for users and scripts.
//!
//! **Invariants.** The result has the same value as the text. Text that is not one JSON value has no
//! result.

use std::fmt::Write as _;

const INDENT: &str = "    ";
/// Deeper text has no result, so that the recursion has a bound.
const MAX_DEPTH: usize = 32;

/// The layout of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Each member on a line of its own, indented by four spaces for each level.
    Lines,
    /// One line of ASCII characters.
    OneLine,
}

/// The same JSON value in another layout; `None` if the text is not valid JSON.
pub(crate) fn reformat(json: &[u8], layout: Layout) -> Option<String> {
    let mut reader = Reader {
        rest: std::str::from_utf8(json).ok()?,
        out: String::new(),
        layout,
    };
    reader.value(0)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(reader.out)
}

struct Reader<'j> {
    rest: &'j str,
    out: String,
    layout: Layout,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<()> {
        self.skip_space();
        match self.rest.chars().next()? {
            '{' => self.items(depth, '}', |reader| {
                reader.string()?;
                reader.skip_space();
                reader.take(':')?;
                reader.out.push_str(match reader.layout {
                    Layout::Lines => ": ",
                    Layout::OneLine => ":",
                });
                reader.value(depth + 1)
            }),
            '[' => self.items(depth, ']', |reader| reader.value(depth + 1)),
            '"' => self.string(),
            't' => self.word("true"),
            'f' => self.word("false"),
            'n' => self.word("null"),
            _ => self.number(),
        }
    }

    /// The items of an object or a list, with their brackets.
    fn items(
        &mut self,
        depth: usize,
        end: char,
        mut item: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let start = self.rest.chars().next()?;
        self.take(start)?;
        self.out.push(start);
        self.skip_space();
        let mut is_empty = true;
        while !self.rest.starts_with(end) {
            if !is_empty {
                self.take(',')?;
                self.out.push(',');
                self.skip_space();
            }
            self.line(depth + 1);
            item(self)?;
            self.skip_space();
            is_empty = false;
        }
        self.take(end)?;
        if !is_empty {
            self.line(depth);
        }
        self.out.push(end);
        Some(())
    }

    fn line(&mut self, depth: usize) {
        if self.layout == Layout::Lines {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(INDENT, depth));
        }
    }

    fn string(&mut self) -> Option<()> {
        self.take('"')?;
        self.out.push('"');
        loop {
            let character = self.next()?;
            match character {
                '"' => break,
                '\\' => self.escape()?,
                '\0'..='\u{1f}' => return None,
                _ if character.is_ascii() || self.layout == Layout::Lines => {
                    self.out.push(character);
                }
                _ => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        // Writing to a `String` cannot fail.
                        let _ = write!(self.out, "\\u{unit:04x}");
                    }
                }
            }
        }
        self.out.push('"');
        Some(())
    }

    /// The rest of an escape, after the backslash.
    fn escape(&mut self) -> Option<()> {
        let kind = self.next()?;
        self.out.push('\\');
        self.out.push(kind);
        match kind {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => Some(()),
            'u' => {
                let (digits, rest) = self.rest.split_at_checked(4)?;
                let valid = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                self.out.push_str(digits);
                self.rest = rest;
                valid.then_some(())
            }
            _ => None,
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        self.out.push_str(word);
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at_checked(end)?;
        let unsigned = number.strip_prefix('-').unwrap_or(number);
        let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((digits, exponent)) => {
                (digits, exponent.strip_prefix(['+', '-']).or(Some(exponent)))
            }
            None => (unsigned, None),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let valid = are_digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && fraction.is_none_or(are_digits)
            && exponent.is_none_or(are_digits);
        self.out.push_str(number);
        self.rest = rest;
        valid.then_some(())
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, expected: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;
    use serde_json::Value;

    use super::*;

    #[test]
    fn valid_json_keeps_its_value_in_each_layout_and_other_text_has_no_result() {
        let valid = [
            r#"{"ts":"2026-01-02T03:04:05.678Z","parameters":{"a":-1,"b":[],"c":{}},"name":"x"}"#,
            r#" [ 0 , -0.5e-3, 1E+9 , true,false , null, "\u00e9\"\\\/\b\f\n\r\té😀" ] "#,
            "\"\"",
            "17",
        ];
        for text in valid {
            let value: Value = serde_json::from_str(text).unwrap();
            for layout in [Layout::Lines, Layout::OneLine] {
                let result = reformat(text.as_bytes(), layout).unwrap();
                assert_eq!(serde_json::from_str::<Value>(&result).unwrap(), value);
                let is_ascii_line = result.is_ascii() && !result.contains('\n');
                assert!(is_ascii_line || layout == Layout::Lines, "{result}");
            }
        }
        let deep = "[".repeat(40) + &"]".repeat(40);
        let invalid = [
            "",
            " ",
            "{",
            "[1",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\"}",
            "{a:1}",
            "01",
            "1.",
            ".5",
            "-",
            "1e",
            "+1",
            "tru",
            "\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u12\"",
            "\"\u{1}\"",
            "1 2",
            "{}}",
            "--1",
            "1e5e5",
            "[1 2]",
            &deep,
        ];
        for text in invalid {
            assert_eq!(reformat(text.as_bytes(), Layout::Lines), None, "{text}");
        }
        assert_eq!(reformat(b"\"\xff\"", Layout::Lines), None);
    }

    #[test]
    fn changed_text_is_accepted_exactly_if_another_parser_accepts_it() {
        let text = r#"{"ts":"2026","parameters":{"a":-1.5e3,"b":["x",null]},"name":"\u00e9é"}"#;
        for _ in 0..20_000 {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..fastrand::usize(1..4) {
                let at = fastrand::usize(..bytes.len());
                let others = b"\"\\{}[],:0123e-.\xc3 \n";
                bytes[at] = others[fastrand::usize(..others.len())];
            }
            let expected = std::str::from_utf8(&bytes)
                .is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
            let result = reformat(&bytes, Layout::OneLine);
            let text = String::from_utf8_lossy(&bytes);
            assert_eq!(result.is_some(), expected, "{text}");
        }
    }

    #[test]
    fn members_and_items_have_lines_of_their_own() {
        let text = reformat(br#"{"a":[1,{"b":[]}],"c":{}}"#, Layout::Lines).unwrap();
        let lines = [
            "{",
            "    \"a\": [",
            "        1,",
            "        {",
            "            \"b\": []",
            "        }",
            "    ],",
            "    \"c\": {}",
            "}",
        ];
        assert_eq!(text, lines.join("\n"));
    }
}
