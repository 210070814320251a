//! The texts of a file: paragraphs of comments, string literals and names of functions.

use std::path::Path;

/// A text with the line it begins on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// All texts of a file; of a page that is not Rust, the whole page.
pub(crate) fn blocks(file: &Path, text: &str) -> Vec<Block> {
    if file.extension().is_some_and(|extension| extension == "rs") {
        rust(text)
    } else {
        vec![Block {
            line: 1,
            text: text.to_owned(),
        }]
    }
}

/// A small lexer: it has to know only where comments, literals and names begin and end.
fn rust(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut comment_ends = None;
    let mut line = 1;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            let content = rest[..length].trim_start_matches(['/', '!']);
            // Comments on consecutive lines are one text, because a phrase can continue on the next line.
            let goes_on = comment_ends.is_some_and(|end: usize| {
                let between = &text[end..at];
                between.trim().is_empty() && between.matches('\n').count() == 1
            });
            if let (true, Some(block)) = (goes_on, found.last_mut()) {
                block.text.push('\n');
                block.text.push_str(content);
            } else {
                push(&mut found, line, content);
            }
            comment_ends = Some(at + length);
            length
        } else if rest.starts_with("/*") {
            let length = rest.find("*/").map_or(rest.len(), |end| end + 2);
            push(&mut found, line, &rest[..length]);
            length
        } else if let Some((start, length)) = raw_string(rest) {
            push(&mut found, line, &rest[start..length - 1]);
            length
        } else if rest.starts_with('"') {
            let length = string_length(rest);
            push(&mut found, line, &without_escapes(&rest[..length]));
            length
        } else if rest.starts_with('\'') {
            character_length(rest)
        } else {
            let word = rest
                .find(|it: char| !it.is_alphanumeric() && it != '_')
                .unwrap_or(rest.len());
            if rest[..word] == *"fn" {
                let name = rest[word..].trim_start();
                let end = name
                    .find(|it: char| !it.is_alphanumeric() && it != '_')
                    .unwrap_or(name.len());
                push(&mut found, line, &name[..end].replace('_', " "));
            }
            word.max(rest.chars().next().map_or(1, char::len_utf8))
        };
        line += text[at..at + length].matches('\n').count();
        at += length;
    }
    found
}

fn push(found: &mut Vec<Block>, line: usize, text: &str) {
    found.push(Block {
        line,
        text: text.to_owned(),
    });
}

/// Start of the content and length of a raw string such as `r#"..."#` or `br"..."`.
fn raw_string(rest: &str) -> Option<(usize, usize)> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        rest.strip_prefix(prefix)
            .is_some_and(|it| it.starts_with(['#', '"']))
    })?;
    let hashes = rest[prefix.len()..]
        .bytes()
        .take_while(|it| *it == b'#')
        .count();
    let start = prefix.len() + hashes;
    let content = rest[start..].strip_prefix('"')?;
    let end = content.find(&format!("\"{}", "#".repeat(hashes)))?;
    Some((start + 1, start + 1 + end + 1 + hashes))
}

fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Length of `'a'` or `'\n'`; of a lifetime, its mark.
fn character_length(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => {
            let after = characters.next().map_or(2, |(at, it)| at + it.len_utf8());
            rest[after..]
                .find('\'')
                .map_or(rest.len(), |end| after + end + 1)
        }
        Some(_) => match characters.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

/// `\n` and a `\` at the end of a line as white space.
fn without_escapes(literal: &str) -> String {
    literal.replace("\\n", " \n").replace("\\\n", " \n")
}

#[test]
fn comments_strings_and_names_are_read_and_code_is_not() {
    let source = "/// First\n/// line.\nlet name = 'a'; // side\nfn asks_no_user<'a>() { \"one \\\"two\\\" \\\n   three\"; \
                  r#\"raw \"four\"\"#; '\\''; '\"'; b'x'; }\n// last";
    let found: Vec<_> = rust(source)
        .into_iter()
        .map(|block| (block.line, block.text))
        .collect();
    let expected = [
        (1, " First\n line."),
        (3, " side"),
        (4, "asks no user"),
        (4, "\"one \\\"two\\\"  \n   three\""),
        (5, "raw \"four\"\""),
        (6, " last"),
    ];
    let expected = expected.map(|(line, text)| (line, text.to_owned()));
    assert_eq!(found, expected);
}
