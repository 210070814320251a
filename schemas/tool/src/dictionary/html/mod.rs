//! A dictionary as one HTML page without external resources.
//!
//! **Invariants.** The policy in the page allows only its own style and script, by their digests. So even
//! markup that an escape missed could not run or load anything.

mod digest;
mod page;
mod sections;

pub use self::page::render;

use super::{
    Piece, Target,
    visible::{Span, spans, visible},
};

/// Escapes for text and for attributes in double quotes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(character),
        }
    }
    safe
}

/// Longest name in characters that stays on one line; it fits beside its label on a phone.
const WHOLE: usize = 20;

/// A value or a name. Lines may break after the parts of a long name.
fn code(text: &str) -> String {
    let text = if text.is_empty() { "\"\"" } else { text };
    let visible = visible(text);
    if visible.chars().count() > WHOLE {
        format!("<code>{}</code>", breakable(text))
    } else {
        format!("<code class=\"whole\">{}</code>", escaped(&visible))
    }
}

/// `<wbr>` where a name of camel case, snake case or a path may break.
fn breakable(text: &str) -> String {
    let mut written = String::new();
    let mut before = ' ';
    for character in visible(text).chars() {
        let is_hump = before.is_lowercase() && character.is_uppercase();
        let is_behind =
            matches!(before, '_' | '.' | '/' | '-' | ':') && character.is_alphanumeric();
        if is_hump || is_behind {
            written.push_str("<wbr>");
        }
        written.push_str(&escaped(character.encode_utf8(&mut [0; 4])));
        before = character;
    }
    written
}

/// Words of a document, with code between backticks.
fn words(text: &str) -> String {
    let spans = spans(text);
    let written = spans.iter().map(|span| match span {
        Span::Words(text) => escaped(text),
        Span::Code(text) => code(text),
    });
    written.collect()
}

fn link(target: &Target, text: &str) -> String {
    let anchor = target.anchor();
    format!("<a href=\"#{anchor}\">{}</a>", code(text))
}

fn pieces(all: &[Piece]) -> String {
    let written = all.iter().map(|piece| match piece {
        Piece::Plain(text) => escaped(text),
        Piece::Words(text) => words(text),
        Piece::Code(text) => code(text),
        Piece::Link(target, text) => link(target, text),
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_document_cannot_add_markup() {
        assert_eq!(
            code("\"><script>'&\u{202e}"),
            "<code class=\"whole\">&quot;&gt;&lt;script&gt;&#39;&amp;\\u202e</code>"
        );
        assert_eq!(
            words("a `<b>` <c>"),
            "a <code class=\"whole\">&lt;b&gt;</code> &lt;c&gt;"
        );
        assert_eq!(
            code("maximumInputTokens_<b"),
            "<code>maximum<wbr>Input<wbr>Tokens_&lt;b</code>"
        );
        let target = Target::Field("a\"b".to_owned(), vec!["c d".to_owned()]);
        assert_eq!(target.anchor(), "event:a~22~b:c~20~d");
    }
}
