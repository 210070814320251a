//! Whether the text of a rail is a statement of Colang 2.x.
//!
//! A rail is a call: the words of a name, then arguments, either in parentheses or plain
//! (`check $policy="strict"`). The right side of such an argument is a literal or a variable: the
//! bare word in `content safety check input $model=guard` is not an expression, and the original
//! fails on it.

/// Words that begin a statement with a block of its own, or a flow.
const BLOCKS: [&str; 4] = ["flow", "while", "when", "else"];

/// Whether `text` can stand as one line in the body of a flow. An empty line can.
pub(super) fn is_valid(text: &str) -> bool {
    let Some(tokens) = tokens(text.trim()) else {
        return false;
    };
    match tokens.as_slice() {
        [] => true,
        // `if` is no whole word to the original's lexer: `iffy check` begins with it too.
        [Token::Word(first), ..] if first.starts_with("if") || BLOCKS.contains(first) => false,
        [Token::Word(_), rest @ ..] => is_call(rest),
        [
            Token::Variable,
            Token::Equals,
            Token::Literal | Token::Variable | Token::Group,
        ] => true,
        _ => false,
    }
}

/// More words of the name, then arguments.
fn is_call(rest: &[Token<'_>]) -> bool {
    let words = rest
        .iter()
        .take_while(|token| matches!(token, Token::Word(_)))
        .count();
    match rest.get(words..) {
        Some([Token::Group]) => true,
        Some(arguments) => are_arguments(arguments),
        None => false,
    }
}

/// `$name=value`, `value`, in any number.
fn are_arguments(mut rest: &[Token<'_>]) -> bool {
    loop {
        rest = match rest {
            [] => return true,
            [
                Token::Variable,
                Token::Equals,
                Token::Literal | Token::Variable,
                rest @ ..,
            ] => rest,
            [Token::Literal | Token::Variable, rest @ ..] => rest,
            _ => return false,
        };
    }
}

#[derive(Debug, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    Variable,
    /// A string, a number, a list, `True`, `False`, `None`.
    Literal,
    Equals,
    /// Balanced parentheses.
    Group,
}

/// The tokens of a line; none if it cannot be cut into them.
fn tokens(mut text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    while let Some(first) = text.chars().next() {
        let (token, length) = match first {
            ' ' => (None, 1),
            '#' => break,
            '=' => (Some(Token::Equals), 1),
            '(' => (Some(Token::Group), group_length(text)?),
            '[' | '{' => (Some(Token::Literal), group_length(text)?),
            '"' | '\'' => (Some(Token::Literal), string_length(text, first)?),
            '$' => (Some(Token::Variable), 1 + word_length(text.get(1..)?)?),
            '-' | '.' | '0'..='9' => (Some(Token::Literal), number_length(text)?),
            _ => {
                let length = word_length(text)?;
                let word = text.get(..length)?;
                let is_literal = matches!(word, "True" | "False" | "None");
                (
                    Some(if is_literal {
                        Token::Literal
                    } else {
                        Token::Word(word)
                    }),
                    length,
                )
            }
        };
        tokens.extend(token);
        text = text.get(length..)?;
    }
    Some(tokens)
}

fn word_length(text: &str) -> Option<usize> {
    let starts = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    starts.then_some(end)
}

fn number_length(text: &str) -> Option<usize> {
    let end = text
        .find(|c: char| !matches!(c, '-' | '.' | '_' | '0'..='9'))
        .unwrap_or(text.len());
    text.get(..end)?
        .replace('_', "")
        .parse::<f64>()
        .is_ok()
        .then_some(end)
}

fn string_length(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Up to the bracket that closes the first one.
fn group_length(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(c) = text.get(at..)?.chars().next() {
        at += match c {
            '"' | '\'' => string_length(text.get(at..)?, c)?,
            _ => c.len_utf8(),
        };
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_statements() {
        let valid = [
            "self check input",
            "trend ai guard input # why not",
            "guardrailsai check input $validator=\"toxic\"",
            "check(text=$x, list=[1, \"(\"])",
            "check $x 1 -2.5 True",
            "",
        ];
        for text in valid {
            assert!(is_valid(text), "{text:?}");
        }
    }

    #[test]
    fn the_original_fails_on_these() {
        let invalid = [
            "content safety check input $model=guard",
            "self-check input",
            "check (",
            "check \"x",
            "if x",
            "iffy check",
            "flow x",
            "a\nb: c",
            "don't",
            "$",
        ];
        for text in invalid {
            assert!(!is_valid(text), "{text:?}");
        }
    }
}
