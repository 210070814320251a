//! JSON with positions.
//!
//! Messages of this tool name the line and the column, and a key that occurs twice is an error.
//!
//! **Invariants.** Size, depth and number of values are limited, so the memory for a file is limited.

mod parse;

use serde_json::{Map, Number, Value};

pub use self::parse::{MAX_BYTES, MAX_DEPTH, MAX_VALUES, parse, parse_at_most};

/// A place in a text. Lines and columns start at 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column in characters.
    pub column: usize,
}

impl Position {
    /// The first character of a text.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// A value with its position.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its first character.
    pub position: Position,
    /// The value.
    pub kind: Kind,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number of 64 bits, with or without a sign.
    Integer(i128),
    /// Another number. It is finite.
    Float(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object. Its keys are different.
    Object(Vec<Member>),
}

/// A key of an object with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The key.
    pub key: String,
    /// First character of the key.
    pub position: Position,
    /// The value.
    pub node: Node,
}

impl Node {
    /// The value for output, with the order of the keys.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Boolean(value) => Value::Bool(*value),
            Kind::Integer(value) => integer(*value),
            Kind::Float(value) => float(*value),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => items.iter().map(Self::to_value).collect(),
            Kind::Object(members) => {
                let pairs = members
                    .iter()
                    .map(|member| (member.key.clone(), member.node.to_value()));
                Value::Object(pairs.collect::<Map<_, _>>())
            }
        }
    }

    /// The value under a key of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Kind::Object(members) = &self.kind else {
            return None;
        };
        let member = members.iter().find(|member| member.key == key)?;
        Some(&member.node)
    }

    /// Name of the type for messages, with its article.
    #[must_use]
    pub const fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Boolean(_) => "a boolean",
            Kind::Integer(_) | Kind::Float(_) => "a number",
            Kind::Text(_) => "a string",
            Kind::List(_) => "an array",
            Kind::Object(_) => "an object",
        }
    }
}

/// A whole number for output. One outside of 64 bits becomes a float.
pub(crate) fn integer(value: i128) -> Value {
    match Number::from_i128(value) {
        Some(number) => Value::Number(number),
        #[expect(
            clippy::cast_precision_loss,
            reason = "only for numbers outside of 64 bits"
        )]
        None => float(value as f64),
    }
}

pub(crate) fn float(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// A JSON pointer with one more step.
#[must_use]
pub fn join(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}

/// A document as it is published: 4 spaces, only ASCII, and a line break at the end.
///
/// These are the bytes of Python's `json.dumps(document, indent=4)` and a line break.
#[must_use]
pub fn to_text(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text.push('\n');
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    let between = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("    ", depth));
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                text.push(if at == 0 { '[' } else { ',' });
                between(text, depth + 1);
                write(item, depth + 1, text);
            }
            between(text, depth);
            text.push(']');
        }
        Value::Object(members) if !members.is_empty() => {
            for (at, (key, item)) in members.iter().enumerate() {
                text.push(if at == 0 { '{' } else { ',' });
                between(text, depth + 1);
                ascii(&Value::String(key.clone()).to_string(), text);
                text.push_str(": ");
                write(item, depth + 1, text);
            }
            between(text, depth);
            text.push('}');
        }
        other => ascii(&other.to_string(), text),
    }
}

fn ascii(json: &str, text: &mut String) {
    for character in json.chars() {
        // Python's `ensure_ascii` also escapes DEL.
        if character.is_ascii() && character != '\u{7f}' {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
}
