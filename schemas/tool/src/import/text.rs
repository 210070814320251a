//! Texts of Rust: attributes, doc comments and literals.

/// The longest line of a doc comment.
pub(super) const WIDTH: usize = 100;
/// The longest list of keys on one line: `attr_fn_like_width` of rustfmt.
pub(super) const KEYS_WIDTH: usize = 70;
/// One level.
pub(super) const INDENT: &str = "    ";
/// Characters that change the direction of text. The compiler refuses them in comments.
const DIRECTIONS: [char; 11] = [
    '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
    '\u{2067}', '\u{2068}', '\u{2069}',
];

/// An attribute with keys, if there are any.
pub(super) fn keys(keys: &[String], indent: &str, text: &mut String) {
    if keys.is_empty() {
        return;
    }
    let line = keys.join(", ");
    if line.chars().count() <= KEYS_WIDTH && !line.contains('\n') {
        text.push_str(&format!("{indent}#[event({line})]\n"));
        return;
    }
    let separator = format!(",\n{indent}{INDENT}");
    let lines = keys.join(&separator);
    text.push_str(&format!(
        "{indent}#[event(\n{indent}{INDENT}{lines}\n{indent})]\n"
    ));
}

/// A doc comment. Each line of `description` is a paragraph.
pub(super) fn docs(description: &str, indent: &str, text: &mut String) {
    if description.contains(|c: char| (c.is_control() && c != '\n') || DIRECTIONS.contains(&c)) {
        let paragraphs = description.replace('\n', "\n\n");
        text.push_str(&format!("{indent}#[doc = {}]\n", literal(&paragraphs)));
        return;
    }
    for (at, paragraph) in description.split('\n').enumerate() {
        if at > 0 {
            text.push_str(&format!("{indent}///\n"));
        }
        for line in wrapped(paragraph, WIDTH - indent.len() - 4) {
            text.push_str(&format!("{indent}/// {line}\n"));
        }
    }
}

/// The lines of a paragraph. A break replaces a single space, so that the derive joins the same text.
fn wrapped(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in paragraph.split(' ') {
        let is_next = match lines.last_mut() {
            None => false,
            // Several spaces would be lost at a break, and so would other white space.
            Some(line) => {
                let is_edge = line.is_empty()
                    || word.is_empty()
                    || line.ends_with(char::is_whitespace)
                    || word.starts_with(char::is_whitespace)
                    || starts_block(word);
                let fits = line.chars().count() + 1 + word.chars().count() <= width;
                if is_edge || fits {
                    line.push(' ');
                    line.push_str(word);
                }
                is_edge || fits
            }
        };
        if !is_next {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Whether a word at the start of a line would begin a list, a heading, a quote, a table or code.
fn starts_block(word: &str) -> bool {
    let is_number = word.trim_end_matches(['.', ')']).parse::<u64>().is_ok();
    is_number || word.starts_with(['-', '*', '+', '#', '>', '|', '=', '`', '~'])
}

/// A literal of a string. Characters that a reader does not see are escaped.
pub(super) fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            '\r' => literal.push_str("\\r"),
            c if c.is_control() || DIRECTIONS.contains(&c) => {
                literal.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that the derive reads from comments: lines with a space, paragraphs with a line break.
    fn read(comment: &str) -> String {
        let lines = comment.lines().map(|line| {
            let line = line.trim_start().strip_prefix("///");
            line.unwrap_or_else(|| panic!("{comment}")).trim()
        });
        let lines: Vec<_> = lines.collect();
        let paragraphs = lines.split(|line| line.is_empty());
        let paragraphs: Vec<_> = paragraphs.map(|lines| lines.join(" ")).collect();
        paragraphs.join("\n")
    }

    #[test]
    fn comments_keep_the_text_of_the_description() {
        let long = "long ".repeat(60);
        for description in [
            "One.",
            "One.\nTwo: `a */ b`, \\n and /* c.",
            "Several  spaces - and a dash, 1. a number, # a heading, `code`.",
            long.trim(),
            "/// a comment",
        ] {
            let mut comment = String::new();
            docs(description, INDENT, &mut comment);
            assert_eq!(read(&comment), description);
            assert!(comment.lines().all(|line| line.chars().count() <= WIDTH));
        }
        let mut comment = String::new();
        docs("an\u{202e}other\ndirection\u{7}", "", &mut comment);
        assert_eq!(
            comment,
            "#[doc = \"an\\u{202e}other\\n\\ndirection\\u{7}\"]\n"
        );
    }

    #[test]
    fn a_line_does_not_begin_with_markup() {
        let text = "word - item 12. other # title `code` ".repeat(9);
        for line in wrapped(text.trim(), 40) {
            assert!(
                line.starts_with("word")
                    || line.starts_with("other")
                    || line.starts_with("item")
                    || line.starts_with("title"),
                "{line}"
            );
        }
    }

    #[test]
    fn literals_escape_characters_without_a_shape() {
        assert_eq!(
            literal("a\"b\\c\n\u{0}\u{202e}é"),
            r#""a\"b\\c\n\u{0}\u{202e}é""#
        );
    }
}
