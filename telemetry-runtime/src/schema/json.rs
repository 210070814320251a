//! Writes pretty-printed JSON documents. `wire/json` writes the compact JSON of events.
//!
//! **Invariants.** The layout is that of Python's `json.dumps(document, indent=4)` with a final line
//! feed, as in the published documents, so equal content has equal bytes. Members are written in the
//! order of the calls and never sorted. The output is ASCII.

use std::fmt::Write as _;

use crate::event::descriptor::Sentinel;

const INDENT: &str = "    ";

/// A document whose root object has these members.
pub(crate) fn document(members: impl FnOnce(&mut Object<'_>)) -> String {
    let mut text = String::new();
    write_object(&mut text, 1, members);
    text.push('\n');
    text
}

/// An open object.
pub(crate) struct Object<'t> {
    text: &'t mut String,
    depth: usize,
    empty: bool,
}

impl Object<'_> {
    pub(crate) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        write_string(self.text, value);
        self
    }

    pub(crate) fn integer(&mut self, key: &str, value: i64) -> &mut Self {
        self.key(key);
        // Writing to a `String` cannot fail.
        let _ = write!(self.text, "{value}");
        self
    }

    /// A value that already is JSON.
    pub(crate) fn raw(&mut self, key: &str, json: &str) -> &mut Self {
        self.key(key);
        self.text.push_str(json);
        self
    }

    /// A value as an event contains it.
    pub(crate) fn sentinel(&mut self, key: &str, value: Sentinel) -> &mut Self {
        match value {
            Sentinel::Boolean(value) => self.boolean(key, value),
            Sentinel::Integer(value) => self.integer(key, value),
            Sentinel::Number(value) => self.raw(key, &decimal(value)),
            Sentinel::Text(text) => self.text(key, &text),
            Sentinel::List(items) => self.texts(key, items.iter().map(String::as_str)),
        }
    }

    pub(crate) fn boolean(&mut self, key: &str, value: bool) -> &mut Self {
        self.key(key);
        self.text.push_str(if value { "true" } else { "false" });
        self
    }

    pub(crate) fn object(&mut self, key: &str, members: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        self.key(key);
        write_object(self.text, self.depth + 1, members);
        self
    }

    pub(crate) fn texts<'v>(
        &mut self,
        key: &str,
        values: impl IntoIterator<Item = &'v str>,
    ) -> &mut Self {
        self.list(key, values, |text, _, value| write_string(text, value))
    }

    /// A list of values that already are JSON.
    pub(crate) fn raws(
        &mut self,
        key: &str,
        values: impl IntoIterator<Item = String>,
    ) -> &mut Self {
        self.list(key, values, |text, _, value| text.push_str(&value))
    }

    /// A list with one object per item.
    pub(crate) fn objects<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut members: impl FnMut(&mut Object<'_>, T),
    ) -> &mut Self {
        self.list(key, items, |text, depth, item| {
            write_object(text, depth, |object| members(object, item));
        })
    }

    fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut write_item: impl FnMut(&mut String, usize, T),
    ) -> &mut Self {
        self.key(key);
        self.text.push('[');
        let depth = self.depth + 1;
        let mut empty = true;
        for item in items {
            next_line(self.text, depth, &mut empty);
            write_item(self.text, depth + 1, item);
        }
        close(self.text, depth, empty, ']');
        self
    }

    fn key(&mut self, key: &str) {
        next_line(self.text, self.depth, &mut self.empty);
        write_string(self.text, key);
        self.text.push_str(": ");
    }
}

/// A number with its decimal point; `null` if it is not finite.
pub(crate) fn decimal(value: f64) -> String {
    if !value.is_finite() {
        return "null".to_owned();
    }
    let text = value.to_string();
    if text.contains('.') {
        text
    } else {
        format!("{text}.0")
    }
}

/// Writes an object whose members are indented by `depth` steps.
fn write_object(text: &mut String, depth: usize, members: impl FnOnce(&mut Object<'_>)) {
    text.push('{');
    let mut object = Object {
        text,
        depth,
        empty: true,
    };
    members(&mut object);
    let empty = object.empty;
    close(text, depth, empty, '}');
}

fn next_line(text: &mut String, depth: usize, empty: &mut bool) {
    text.push_str(if *empty { "\n" } else { ",\n" });
    text.extend(std::iter::repeat_n(INDENT, depth));
    *empty = false;
}

fn close(text: &mut String, depth: usize, empty: bool, bracket: char) {
    if !empty {
        text.push('\n');
        text.extend(std::iter::repeat_n(INDENT, depth.saturating_sub(1)));
    }
    text.push(bracket);
}

fn write_string(text: &mut String, value: &str) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_that_of_python() {
        // json.dumps(..., indent=4) + "\n" of Python 3.13.
        let written = document(|root| {
            root.text("a", "é\u{1F600}\"\\\n\r\t\u{8}\u{c}\u{0}\u{1f}~\u{7f}/")
                .integer("maximum", i64::MAX)
                .integer("minimum", i64::MIN)
                .boolean("open", false)
                .object("empty", |_| {})
                .texts("none", [])
                .texts("some", ["x", "y"])
                .objects("oneOf", ["p", "q"], |object, item| {
                    object.text("$ref", item);
                });
        });
        assert_eq!(
            written,
            r#"{
    "a": "\u00e9\ud83d\ude00\"\\\n\r\t\b\f\u0000\u001f~\u007f/",
    "maximum": 9223372036854775807,
    "minimum": -9223372036854775808,
    "open": false,
    "empty": {},
    "none": [],
    "some": [
        "x",
        "y"
    ],
    "oneOf": [
        {
            "$ref": "p"
        },
        {
            "$ref": "q"
        }
    ]
}
"#
        );
        assert_eq!(document(|_| {}), "{}\n");
    }
}
