//! Text of documents for readers: invisible characters become visible, backticks become code.

use std::fmt::Write;

/// The text on one line. Characters that are invisible, or that change the direction of text, become
/// escapes such as `\u202e`, so that text cannot hide or reorder a part of the page.
pub(super) fn visible(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        let hides = matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        );
        if character.is_control() || hides || is_noncharacter(character) {
            let _ = write!(safe, "\\u{:04x}", u32::from(character));
        } else {
            safe.push(character);
        }
    }
    safe
}

/// HTML does not allow these code points.
fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}

/// A run of words or of code.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Span {
    Words(String),
    Code(String),
}

/// The spans of a description. White space becomes single spaces; a backtick without a partner stays.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let line = visible(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut spans = Vec::new();
    let mut rest = line.as_str();
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, behind)) = after.split_once('`') else {
            break;
        };
        let is_empty = code.trim().is_empty();
        let words = if is_empty {
            format!("{before}``")
        } else {
            before.to_owned()
        };
        if !words.is_empty() {
            spans.push(Span::Words(words));
        }
        if !is_empty {
            spans.push(Span::Code(code.to_owned()));
        }
        rest = behind;
    }
    if !rest.is_empty() {
        spans.push(Span::Words(rest.to_owned()));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_become_visible() {
        assert_eq!(
            visible("a\u{202e}b\u{2066}c\u{0}\u{1b}\u{200b}\u{2028}\u{fffe}"),
            "a\\u202eb\\u2066c\\u0000\\u001b\\u200b\\u2028\\ufffe"
        );
        assert_eq!(visible("\u{e0041}"), "\\ue0041", "tag characters");
        assert_eq!(visible("caf\u{e9} \u{5e9}"), "caf\u{e9} \u{5e9}");
    }

    #[test]
    fn backticks_are_code_only_in_pairs() {
        let words = |text: &str| Span::Words(text.to_owned());
        let code = |text: &str| Span::Code(text.to_owned());
        assert_eq!(
            spans("one `two`\n three"),
            [words("one "), code("two"), words(" three")]
        );
        assert_eq!(spans("a ` b"), [words("a ` b")]);
        assert_eq!(spans("``a"), [words("``"), words("a")]);
        assert_eq!(spans(""), []);
    }
}
