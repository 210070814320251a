//! A strict JSON reader that keeps the offset of every value.
//!
//! **Invariants**: no input may cause a panic, and no invalid input may be accepted. Text that RFC 8259
//! does not allow, or a key that occurs twice in an object, is an error with line and column. Offsets
//! are converted to positions only for errors.

use std::collections::HashMap;

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
    Object(Object),
}

/// The members of an object, in the order of the text.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) members: Vec<Member>,
    /// Positions in `members` by key, for an object with more than [`MAX_UNINDEXED`] members.
    index: HashMap<String, usize>,
}

/// Number of members up to which a search is faster than a hash table.
const MAX_UNINDEXED: usize = 8;

impl Object {
    pub(crate) fn get(&self, key: &str) -> Option<&Member> {
        if self.members.len() <= MAX_UNINDEXED {
            return self.members.iter().find(|member| member.key == key);
        }
        self.members.get(*self.index.get(key)?)
    }

    fn push(&mut self, member: Member) {
        self.members.push(member);
        if self.members.len() > MAX_UNINDEXED {
            let missing = self.members.iter().enumerate().skip(self.index.len());
            self.index
                .extend(missing.map(|(position, member)| (member.key.clone(), position)));
        }
    }
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
            text,
            bytes: text.as_bytes(),
            offset: 0,
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

/// Reads byte by byte, which is fast enough in an unoptimized macro. All syntax is ASCII; other
/// characters occur only in text, which is copied in slices.
struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// Offset of the next byte; always the start of a character.
    offset: usize,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Parsed<Json> {
        let json = self.value(MAX_DEPTH)?;
        match self.next_token() {
            None => Ok(json),
            Some(_) => self.expected("the end of the file"),
        }
    }

    fn value(&mut self, depth: usize) -> Parsed<Json> {
        let first = self.next_token();
        let at = self.offset;
        let value = match first {
            Some(b'{' | b'[') if depth == 0 => {
                return self.error(&format!("more than {MAX_DEPTH} levels"));
            }
            Some(b'{') => Value::Object(self.object(depth)?),
            Some(b'[') => Value::List(self.list(depth)?),
            Some(b'"') => Value::Text(self.text()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b'a'..=b'z') => self.keyword()?,
            _ => return self.expected("a value"),
        };
        Ok(Json { at, value })
    }

    fn object(&mut self, depth: usize) -> Parsed<Object> {
        self.skip();
        let mut object = Object::default();
        if self.consume_if(b'}') {
            return Ok(object);
        }
        loop {
            if self.next_token() != Some(b'"') {
                return self.expected("a key");
            }
            let at = self.offset;
            let key = self.text()?;
            if object.get(&key).is_some() {
                return Err(SyntaxError {
                    text: format!("duplicate key `{}`", key.escape_debug()),
                    at,
                });
            }
            self.require(b':')?;
            let value = self.value(depth.saturating_sub(1))?;
            object.push(Member { key, at, value });
            if self.consume_if(b'}') {
                return Ok(object);
            }
            self.require(b',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Parsed<Vec<Json>> {
        self.skip();
        let mut items = Vec::new();
        if self.consume_if(b']') {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth.saturating_sub(1))?);
            if self.consume_if(b']') {
                return Ok(items);
            }
            self.require(b',')?;
        }
    }

    fn keyword(&mut self) -> Parsed<Value> {
        let at = self.offset;
        self.skip_while(|byte| byte.is_ascii_lowercase());
        match self.slice_from(at) {
            "null" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            word => Err(SyntaxError {
                text: format!("expected a value, found `{word}`"),
                at,
            }),
        }
    }

    fn number(&mut self) -> Parsed<f64> {
        let at = self.offset;
        if self.peek() == Some(b'-') {
            self.skip();
        }
        if self.peek() == Some(b'0') {
            self.skip();
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return self.error("number with a leading zero");
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.skip();
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.skip();
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.skip();
            }
            self.digits()?;
        }
        let number = self.slice_from(at).parse();
        number.or_else(|_| self.error("invalid number"))
    }

    fn digits(&mut self) -> Parsed<()> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.expected("a digit");
        }
        self.skip_while(|byte| byte.is_ascii_digit());
        Ok(())
    }

    fn text(&mut self) -> Parsed<String> {
        self.skip();
        let mut text = String::new();
        loop {
            let at = self.offset;
            self.skip_while(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
            text.push_str(self.slice_from(at));
            match self.peek() {
                Some(b'"') => {
                    self.skip();
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return self.expected("`\"`"),
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let at = self.offset;
        self.skip();
        let c = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(at),
            _ => return self.expected("an escape"),
        };
        self.skip();
        Ok(c)
    }

    fn unicode_escape(&mut self, at: usize) -> Parsed<char> {
        let unit = self.code_unit()?;
        let code = if (0xd800..0xdc00).contains(&unit) && self.peek() == Some(b'\\') {
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
        if self.peek() != Some(b'u') {
            return self.expected("`u`");
        }
        self.skip();
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return self.expected("a hexadecimal digit");
            };
            unit = unit * 16 + digit;
            self.skip();
        }
        Ok(unit)
    }

    fn consume_if(&mut self, bracket: u8) -> bool {
        let matches = self.next_token() == Some(bracket);
        if matches {
            self.skip();
        }
        matches
    }

    fn require(&mut self, byte: u8) -> Parsed<()> {
        if self.next_token() != Some(byte) {
            return self.expected(&format!("`{}`", char::from(byte)));
        }
        self.skip();
        Ok(())
    }

    /// Skips white space and returns the next byte without consuming it.
    fn next_token(&mut self) -> Option<u8> {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.peek()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.offset).copied()
    }

    fn skip(&mut self) {
        self.offset += 1;
    }

    fn skip_while(&mut self, matches: impl Fn(u8) -> bool) {
        while let Some(byte) = self.bytes.get(self.offset)
            && matches(*byte)
        {
            self.offset += 1;
        }
    }

    fn slice_from(&self, start: usize) -> &'t str {
        self.text.get(start..self.offset).unwrap_or_default()
    }

    fn expected<T>(&self, what: &str) -> Parsed<T> {
        self.error(&format!("expected {what}"))
    }

    fn error<T>(&self, text: &str) -> Parsed<T> {
        Err(SyntaxError {
            text: text.to_owned(),
            at: self.offset,
        })
    }
}

#[cfg(test)]
mod tests;
