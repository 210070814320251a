//! A strict JSON reader that knows where everything stands.
//!
//! It must never panic and never guess, whatever the bytes: what RFC 8259 does not allow is an error
//! with line and column, and so is a key that an object has twice. Values keep their offset in the
//! text; offsets become positions only when an error asks for one.

use std::{collections::HashSet, iter::Peekable, str::CharIndices};

use super::position::{Position, Problem};

/// Deepest nesting that is read: a registry document needs eight levels.
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

/// An error before its position is looked up.
struct Unexpected {
    text: String,
    at: usize,
}

type Read<T> = Result<T, Unexpected>;

struct Reader<'t> {
    rest: Peekable<CharIndices<'t>>,
    end: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Read<Json> {
        let json = self.value(MAX_DEPTH)?;
        match self.next_token() {
            None => Ok(json),
            Some(_) => self.expected("the end of the file"),
        }
    }

    fn value(&mut self, depth: usize) -> Read<Json> {
        let first = self.next_token();
        let at = self.offset();
        let value = match first {
            Some('{' | '[') if depth == 0 => {
                return self.wrong(&format!("more than {MAX_DEPTH} levels"));
            }
            Some('{') => Value::Object(self.object(depth)?),
            Some('[') => Value::List(self.list(depth)?),
            Some('"') => Value::Text(self.text()?),
            Some('-' | '0'..='9') => Value::Number(self.number()?),
            Some('a'..='z') => self.word()?,
            _ => return self.expected("a value"),
        };
        Ok(Json { at, value })
    }

    fn object(&mut self, depth: usize) -> Read<Vec<Member>> {
        self.skip();
        let (mut members, mut keys) = (Vec::new(), HashSet::new());
        if self.closes('}') {
            return Ok(members);
        }
        loop {
            if self.next_token() != Some('"') {
                return self.expected("a key");
            }
            let at = self.offset();
            let key = self.text()?;
            if !keys.insert(key.clone()) {
                return Err(Unexpected {
                    text: format!("duplicate key `{}`", key.escape_debug()),
                    at,
                });
            }
            self.demand(':')?;
            let value = self.value(depth.saturating_sub(1))?;
            members.push(Member { key, at, value });
            if self.closes('}') {
                return Ok(members);
            }
            self.demand(',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Read<Vec<Json>> {
        self.skip();
        let mut items = Vec::new();
        if self.closes(']') {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth.saturating_sub(1))?);
            if self.closes(']') {
                return Ok(items);
            }
            self.demand(',')?;
        }
    }

    fn word(&mut self) -> Read<Value> {
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
            _ => Err(Unexpected {
                text: format!("expected a value, found `{word}`"),
                at,
            }),
        }
    }

    fn number(&mut self) -> Read<f64> {
        let mut text = String::new();
        if self.peek() == Some('-') {
            self.push_to(&mut text);
        }
        if self.peek() == Some('0') {
            self.push_to(&mut text);
            if self.peek().is_some_and(|c| c.is_ascii_digit()) {
                return self.wrong("number with a leading zero");
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
        text.parse()
            .or_else(|_| self.wrong("number that cannot be read"))
    }

    fn digits(&mut self, text: &mut String) -> Read<()> {
        if !self.peek().is_some_and(|c| c.is_ascii_digit()) {
            return self.expected("a digit");
        }
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.push_to(text);
        }
        Ok(())
    }

    fn text(&mut self) -> Read<String> {
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

    fn escape(&mut self) -> Read<char> {
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

    fn unicode_escape(&mut self, at: usize) -> Read<char> {
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
        code.and_then(char::from_u32).ok_or_else(|| Unexpected {
            text: "escape that is no character".to_owned(),
            at,
        })
    }

    /// `u` and four hexadecimal digits.
    fn code_unit(&mut self) -> Read<u32> {
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

    fn closes(&mut self, bracket: char) -> bool {
        let closes = self.next_token() == Some(bracket);
        if closes {
            self.skip();
        }
        closes
    }

    fn demand(&mut self, c: char) -> Read<()> {
        if self.next_token() != Some(c) {
            return self.expected(&format!("`{c}`"));
        }
        self.skip();
        Ok(())
    }

    /// The next character that is no white space, which stays where it is.
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

    fn expected<T>(&mut self, what: &str) -> Read<T> {
        self.wrong(&format!("expected {what}"))
    }

    fn wrong<T>(&mut self, text: &str) -> Read<T> {
        Err(Unexpected {
            text: text.to_owned(),
            at: self.offset(),
        })
    }
}

#[cfg(test)]
mod tests;
