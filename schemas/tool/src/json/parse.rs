//! The parser.

use std::collections::HashSet;

use super::{Kind, Member, Node, Position};
use crate::error::Problem;

/// Longest text in bytes: 16 MiB.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Arrays and objects inside of each other.
pub const MAX_DEPTH: usize = 64;
/// Values in a text. It limits the memory, because a value of two bytes takes 56 bytes here.
pub const MAX_VALUES: usize = 1_000_000;
/// Members up to which the keys of an object are compared one by one.
const SMALL_OBJECT: usize = 32;

/// Parses a text.
///
/// # Errors
///
/// The first mistake with its position: bytes that are not UTF-8 or not JSON, a key that occurs twice,
/// a number outside of 64 bits, or a text above a limit.
pub fn parse(bytes: &[u8]) -> Result<Node, Problem> {
    parse_at_most(bytes, MAX_VALUES)
}

/// Parses a text with at most `values` values.
///
/// # Errors
///
/// The same as for [`parse`].
pub fn parse_at_most(bytes: &[u8], values: usize) -> Result<Node, Problem> {
    if bytes.len() > MAX_BYTES {
        return Err(Problem::new(
            format!("the file has more than {MAX_BYTES} bytes"),
            "split the document with `telemetry-tool slice`",
        ));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (valid, _) = bytes.split_at(error.valid_up_to());
            let mut reader = Reader::new(std::str::from_utf8(valid).unwrap_or_default());
            let position = reader.position_at(valid.len());
            return Err(
                Problem::new("the text is not UTF-8", "save the file as UTF-8").at(position),
            );
        }
    };
    let mut reader = Reader::new(text);
    reader.limit = values.min(MAX_VALUES);
    if text.starts_with('\u{feff}') {
        return Err(reader.problem(
            "the text begins with a byte order mark",
            "save the file as UTF-8 without it",
        ));
    }
    let node = reader.value(0)?;
    reader.skip_space();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.problem("the document has ended here", "remove the text behind it")),
    }
}

/// Whether a key is among the members. `keys` has the keys of a large object; most objects are small, and a search
/// among their members is faster.
fn is_second(key: &str, members: &[Member], keys: &mut HashSet<String>) -> bool {
    if members.len() < SMALL_OBJECT {
        return members.iter().any(|member| member.key == key);
    }
    if keys.is_empty() {
        keys.extend(members.iter().map(|member| member.key.clone()));
    }
    !keys.insert(key.to_owned())
}

struct Reader<'a> {
    text: &'a str,
    /// Offset of the next byte. It is always the start of a character.
    at: usize,
    values: usize,
    limit: usize,
    /// The position of an earlier offset, so that a text is counted only once.
    counted: (usize, Position),
}

impl<'a> Reader<'a> {
    const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            values: 0,
            limit: MAX_VALUES,
            counted: (0, Position::START),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn position_at(&mut self, offset: usize) -> Position {
        let (from, mut position) = self.counted;
        let mut passed = self.text.as_bytes().get(from..offset).unwrap_or_default();
        while let Some(end) = passed.iter().position(|byte| *byte == b'\n') {
            position.line += 1;
            position.column = 1;
            passed = passed.get(end + 1..).unwrap_or_default();
        }
        // A character has one byte that does not continue another.
        position.column += passed.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        self.counted = (offset.max(from), position);
        position
    }

    fn position(&mut self) -> Position {
        self.position_at(self.at)
    }

    fn problem(&mut self, wrong: impl Into<String>, instead: impl Into<String>) -> Problem {
        let position = self.position();
        Problem::new(wrong, instead).at(position)
    }

    fn unexpected(&mut self, expected: &str) -> Problem {
        let found = match self.rest().chars().next() {
            None => "the text ends here".to_owned(),
            Some(character) => format!("{character:?} is not expected here"),
        };
        self.problem(found, format!("write {expected}"))
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<Node, Problem> {
        self.skip_space();
        let position = self.position();
        self.values += 1;
        if self.values > self.limit {
            return Err(self.problem(
                format!("the document has more than {} values", self.limit),
                "split the document with `telemetry-tool slice`",
            ));
        }
        let kind = match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                return Err(self.problem(
                    format!("more than {MAX_DEPTH} arrays and objects are inside of each other"),
                    "write a flat document; a registry document needs fewer than 20",
                ));
            }
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node { position, kind })
    }

    fn word(&mut self) -> Result<Kind, Problem> {
        let words = [
            ("null", Kind::Null),
            ("true", Kind::Boolean(true)),
            ("false", Kind::Boolean(false)),
        ];
        for (word, kind) in words {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(kind);
            }
        }
        Err(self.unexpected("a JSON value"))
    }

    fn list(&mut self, depth: usize) -> Result<Kind, Problem> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Kind::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Kind::List(items));
            }
            if !self.take(b',') {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Kind, Problem> {
        self.at += 1;
        let mut members: Vec<Member> = Vec::new();
        let mut keys = HashSet::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Kind::Object(members));
        }
        loop {
            self.skip_space();
            let position = self.position();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            let key = self.string()?;
            if is_second(&key, &members, &mut keys) {
                let first = members.iter().find(|member| member.key == key);
                let line = first.map_or(0, |member| member.position.line);
                return Err(Problem::new(
                    format!("the key `{key}` occurs twice in one object, first in line {line}"),
                    "remove one of them",
                )
                .at(position));
            }
            self.skip_space();
            if !self.take(b':') {
                return Err(self.unexpected("`:`"));
            }
            let node = self.value(depth + 1)?;
            members.push(Member {
                key,
                position,
                node,
            });
            self.skip_space();
            if self.take(b'}') {
                return Ok(Kind::Object(members));
            }
            if !self.take(b',') {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    fn string(&mut self) -> Result<String, Problem> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            // These bytes are characters of their own, never a part of another.
            let end = rest
                .bytes()
                .position(|it| it == b'"' || it == b'\\' || it < b' ')
                .unwrap_or(rest.len());
            text.push_str(rest.get(..end).unwrap_or_default());
            self.at += end;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => {
                    return Err(self.problem(
                        "a string contains a control character",
                        "write it as an escape, such as \\n",
                    ));
                }
                None => return Err(self.unexpected("`\"` at the end of the string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        let rest = self.rest();
        let simple = match rest.as_bytes().get(1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(rest),
            _ => {
                return Err(self.problem("the escape is not valid", "write `\\\\` for a backslash"));
            }
        };
        self.at += 2;
        Ok(simple)
    }

    fn unicode(&mut self, rest: &str) -> Result<char, Problem> {
        let unit = |start: usize| {
            let digits = rest.get(start..start + 4)?;
            let valid = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            valid
                .then(|| u16::from_str_radix(digits, 16).ok())
                .flatten()
        };
        let second = rest.get(6..8).filter(|it| *it == "\\u").and(unit(8));
        let units = [unit(2), second];
        let decoded = char::decode_utf16(units.into_iter().map_while(|it| it)).next();
        match decoded {
            Some(Ok(character)) => {
                self.at += 6 * character.len_utf16();
                Ok(character)
            }
            _ => Err(self.problem(
                "the escape is not a character of Unicode",
                "write four hexadecimal digits after `\\u`, or a pair of surrogates",
            )),
        }
    }

    fn number(&mut self) -> Result<Kind, Problem> {
        let rest = self.rest();
        let end = rest
            .find(|it: char| !it.is_ascii_digit() && !matches!(it, '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let number = rest.get(..end).unwrap_or_default();
        if !is_number(number) {
            return Err(self.problem(
                format!("`{}` is not a number of JSON", shortened(number)),
                "write it as in `0`, `-1` or `2.5`",
            ));
        }
        let is_integer = number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
        let kind = if is_integer {
            let value = number.parse::<i128>().ok();
            value
                .filter(|value| (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(value))
                .map(Kind::Integer)
        } else {
            let value = number.parse::<f64>().ok();
            value.filter(|value| value.is_finite()).map(Kind::Float)
        };
        let Some(kind) = kind else {
            return Err(self.problem(
                format!("the number `{}` does not fit in 64 bits", shortened(number)),
                "write a number from -9223372036854775808 to 18446744073709551615",
            ));
        };
        self.at += end;
        Ok(kind)
    }
}

/// The grammar of JSON: `-`, digits without a leading zero, a fraction, an exponent.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|it| digits(it.strip_prefix(['+', '-']).unwrap_or(it)))
}

fn shortened(text: &str) -> &str {
    text.get(..40).unwrap_or(text)
}
