//! A strict JSON reader that keeps the offset of every value.
//!
//! **Invariants**: no input may cause a panic, and no invalid input may be accepted. Text that RFC 8259
//! does not allow, or a key that occurs twice in an object, is an error with line and column. Offsets
//! are converted to positions only for errors.

use std::{collections::HashSet, iter::Peekable, str::CharIndices};

use super::position::{Position, Problem};

/// Maximum nesting; a registry document needs eight levels.
const MAX_DEPTH: usize = 64;

/// A value and the offset of its first character.
#[derive(Debug, PartialEq)]
pub(crate) struct Json {
    pub(crate) at: usize,
    pub(crate) value: Value,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) key: String,
    /// Offset of the key.
    pub(crate) at: usize,
    pub(crate) value: Json,
}

impl Json {
    /// Reads a whole document.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, &str), Problem> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = bytes.split_at(error.valid_up_to()).0;
                let valid = std::str::from_utf8(valid).unwrap_or_default();
                return Err(Problem {
                    text: "expected UTF-8".to_owned(),
                    position: Position::of(valid.len(), valid),
                });
            }
        };
        let mut reader = Reader {
            rest: text.char_indices().peekable(),
            end: text.len(),
        };
        reader
            .document()
            .map(|json| (json, text))
            .map_err(|error| Problem {
                text: error.text,
                position: Position::of(error.at, text),
            })
    }
}

/// An error with an offset, before it is converted to a position.
struct SyntaxError {
    text: String,
    at: usize,
}

type Parsed<T> = Result<T, SyntaxError>;

struct Reader<'t> {
    rest: Peekable<CharIndices<'t>>,
    end: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Parsed<Json> {
        let json = self.value(MAX_DEPTH)?;
        match self.next_token() {
            None => Ok(json),
            Some(_) => self.expected("the end of the file"),
        }
    }

    fn value(&mut self, depth: usize) -> Parsed<Json> {
        let first = self.next_token();
        let at = self.offset();
        let value = match first {
            Some('{' | '[') if depth == 0 => {
                return self.error(&format!("more than {MAX_DEPTH} levels"));
            }
            Some('{') => Value::Object(self.object(depth)?),
            Some('[') => Value::List(self.list(depth)?),
            Some('"') => Value::Text(self.text()?),
            Some('-' | '0'..='9') => Value::Number(self.number()?),
            Some('a'..='z') => self.keyword()?,
            _ => return self.expected("a value"),
        };
        Ok(Json { at, value })
    }

    fn object(&mut self, depth: usize) -> Parsed<Vec<Member>> {
        self.skip();
        let (mut members, mut keys) = (Vec::new(), HashSet::new());
        if self.consume_if('}') {
            return Ok(members);
        }
        loop {
            if self.next_token() != Some('"') {
                return self.expected("a key");
            }
            let at = self.offset();
            let key = self.text()?;
            if !keys.insert(key.clone()) {
                return Err(SyntaxError {
                    text: format!("duplicate key `{}`", key.escape_debug()),
                    at,
                });
            }
            self.require(':')?;
            let value = self.value(depth.saturating_sub(1))?;
            members.push(Member { key, at, value });
            if self.consume_if('}') {
                return Ok(members);
            }
            self.require(',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Parsed<Vec<Json>> {
        self.skip();
        let mut items = Vec::new();
        if self.consume_if(']') {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth.saturating_sub(1))?);
            if self.consume_if(']') {
                return Ok(items);
            }
            self.require(',')?;
        }
    }

    fn keyword(&mut self) -> Parsed<Value> {
        let at = self.offset();
        let mut word = String::new();
        while let Some(c) = self.peek().filter(char::is_ascii_lowercase) {
            word.push(c);
            self.skip();
        }
        match word.as_str() {
            "null" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(SyntaxError {
                text: format!("expected a value, found `{word}`"),
                at,
            }),
        }
    }

    fn number(&mut self) -> Parsed<f64> {
        let mut text = String::new();
        if self.peek() == Some('-') {
            self.push_to(&mut text);
        }
        if self.peek() == Some('0') {
            self.push_to(&mut text);
            if self.peek().is_some_and(|c| c.is_ascii_digit()) {
                return self.error("number with a leading zero");
            }
        } else {
            self.digits(&mut text)?;
        }
        if self.peek() == Some('.') {
            self.push_to(&mut text);
            self.digits(&mut text)?;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.push_to(&mut text);
            if matches!(self.peek(), Some('+' | '-')) {
                self.push_to(&mut text);
            }
            self.digits(&mut text)?;
        }
        text.parse().or_else(|_| self.error("invalid number"))
    }

    fn digits(&mut self, text: &mut String) -> Parsed<()> {
        if !self.peek().is_some_and(|c| c.is_ascii_digit()) {
            return self.expected("a digit");
        }
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.push_to(text);
        }
        Ok(())
    }

    fn text(&mut self) -> Parsed<String> {
        self.skip();
        let mut text = String::new();
        loop {
            match self.peek() {
                Some('"') => {
                    self.skip();
                    return Ok(text);
                }
                Some('\\') => text.push(self.escape()?),
                Some(c) if c >= ' ' => self.push_to(&mut text),
                _ => return self.expected("`\"`"),
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let at = self.offset();
        self.skip();
        let c = match self.peek() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode_escape(at),
            _ => return self.expected("an escape"),
        };
        self.skip();
        Ok(c)
    }

    fn unicode_escape(&mut self, at: usize) -> Parsed<char> {
        let unit = self.code_unit()?;
        let code = if (0xd800..0xdc00).contains(&unit) && self.peek() == Some('\\') {
            self.skip();
            let low = self.code_unit()?;
            low.checked_sub(0xdc00)
                .filter(|low| *low < 0x400)
                .map(|low| 0x1_0000 + ((unit - 0xd800) << 10) + low)
        } else {
            Some(unit)
        };
        code.and_then(char::from_u32).ok_or_else(|| SyntaxError {
            text: "escape is not a character".to_owned(),
            at,
        })
    }

    /// `u` and four hexadecimal digits.
    fn code_unit(&mut self) -> Parsed<u32> {
        if self.peek() != Some('u') {
            return self.expected("`u`");
        }
        self.skip();
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(16)) else {
                return self.expected("a hexadecimal digit");
            };
            unit = unit * 16 + digit;
            self.skip();
        }
        Ok(unit)
    }

    fn consume_if(&mut self, bracket: char) -> bool {
        let matches = self.next_token() == Some(bracket);
        if matches {
            self.skip();
        }
        matches
    }

    fn require(&mut self, c: char) -> Parsed<()> {
        if self.next_token() != Some(c) {
            return self.expected(&format!("`{c}`"));
        }
        self.skip();
        Ok(())
    }

    /// Skips white space and returns the next character without consuming it.
    fn next_token(&mut self) -> Option<char> {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.skip();
        }
        self.peek()
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, c)| *c)
    }

    fn offset(&mut self) -> usize {
        self.rest.peek().map_or(self.end, |(at, _)| *at)
    }

    fn skip(&mut self) {
        self.rest.next();
    }

    fn push_to(&mut self, text: &mut String) {
        text.extend(self.rest.next().map(|(_, c)| c));
    }

    fn expected<T>(&mut self, what: &str) -> Parsed<T> {
        self.error(&format!("expected {what}"))
    }

    fn error<T>(&mut self, text: &str) -> Parsed<T> {
        Err(SyntaxError {
            text: text.to_owned(),
            at: self.offset(),
        })
    }
}

#[cfg(test)]
mod tests;
