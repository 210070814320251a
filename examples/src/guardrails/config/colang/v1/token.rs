//! The first word of a Colang 1.0 line, which says what the line is.

use super::lines::squeeze;

/// What a line is, and what the parser does at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Import,
    Define,
    /// A statement that takes the lines indented below it as its parameters.
    WithParameters,
    /// `user a or b`, whose alternatives become a block.
    Alternatives,
    /// A statement on its own.
    Plain,
    /// A statement with a block below it.
    Block,
    If,
    /// `else` and `else if` of an `if`.
    Else,
    /// `when` and `else when`; what follows the word is a statement of its own.
    When,
    /// A word with a meaning that no parser exists for.
    Reserved,
    /// The heading of a flow or a group of flows, or nothing that is known.
    Heading,
}

/// A line with its first word normalized.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) kind: Kind,
    /// Whether it can be the first of a flow; the others fail without one.
    pub(super) opens_flow: bool,
    pub(super) text: String,
}

impl Statement {
    /// Reads a line. `else_of_when`: an `else` here belongs to a `when`, not to an `if`.
    pub(super) fn read(line: &str, else_of_when: bool) -> Self {
        let mut text = normalize(line);
        if main_token(line) == "else" && else_of_when {
            text = "else when flow resuming".to_owned();
        }
        let token = main_token(&text);
        let (kind, opens_flow) = kind(&token, &text);
        Self {
            kind,
            opens_flow,
            text,
        }
    }
}

fn kind(token: &str, text: &str) -> (Kind, bool) {
    match token {
        "import" | "include" => (Kind::Import, false),
        "define" => (Kind::Define, false),
        "user" if alternatives(text).len() > 1 => (Kind::Alternatives, true),
        "user" | "bot" | "event" | "do" | "meta" | "run" | "label" | "set" | "check" => {
            (Kind::WithParameters, true)
        }
        "expect" | "checkpoint" => (Kind::WithParameters, false),
        "goto" | "go to" | "continue" | "stop" | "abort" | "break" | "return" | "done" => {
            (Kind::Plain, true)
        }
        "pass" => (Kind::Plain, false),
        "while" | "any" => (Kind::Block, true),
        "infer" => (Kind::Block, false),
        "if" => (Kind::If, true),
        "else" | "else if" => (Kind::Else, false),
        "when" => (when(text), true),
        "else when" => (when(text), false),
        "use" | "flow" | "allow" | "accept" | "disallow" | "deny" | "reject" | "context"
        | "log" | "for" | "foreach" => (Kind::Reserved, true),
        _ => (Kind::Heading, false),
    }
}

/// Flows can be waited for in the language but not in its parser. `when no` becomes a `when` with
/// an `else`, and that `else` waits for a flow.
fn when(text: &str) -> Kind {
    let (_, waited) = text.split_once("when ").unwrap_or_default();
    let is_lost = waited.starts_with("flow ") || waited.starts_with("no ");
    if is_lost { Kind::Reserved } else { Kind::When }
}

/// The parts of a line between ` or `, quoted ones left alone.
pub(super) fn alternatives(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut in_text) = (0, false);
    for (at, c) in text.char_indices() {
        in_text ^= c == '"';
        if !in_text && at >= start && text.get(at..).is_some_and(|rest| rest.starts_with(" or ")) {
            parts.extend(text.get(start..at));
            start = at + " or ".len();
        }
    }
    parts.extend(text.get(start..));
    parts
}

/// The first word; `else` and `go` together with the second.
fn main_token(text: &str) -> String {
    let mut words = text.split(' ');
    let first = words.next().unwrap_or_default();
    match (first, words.find(|word| !word.is_empty())) {
        ("else" | "go", Some(second)) => format!("{first} {second}"),
        _ => first.to_owned(),
    }
}

/// One spelling of what can be said in several ways.
fn normalize(line: &str) -> String {
    let text = squeeze(line);
    let text = text.strip_suffix(':').unwrap_or(&text);
    let renamed = |from: &str, to: &str| text.strip_prefix(from).map(|rest| format!("{to}{rest}"));
    renamed("def ", "define ")
        .or_else(|| renamed("execute ", "run "))
        .or_else(|| renamed("exec ", "run "))
        .or_else(|| infer(text))
        .or_else(|| label(text))
        .or_else(|| assignment(text))
        .or_else(|| is_priority(text).then(|| format!("meta {text}")))
        .unwrap_or_else(|| text.to_owned())
}

/// `new x` and `create x` infer it.
fn infer(text: &str) -> Option<String> {
    let rest = text
        .strip_prefix("new")
        .or_else(|| text.strip_prefix("create"))?;
    (rest.is_empty() || rest.starts_with(' ')).then(|| format!("infer{rest}"))
}

/// `set x label to $y` is a label.
fn label(text: &str) -> Option<String> {
    let (name, value) = text.strip_prefix("set ")?.split_once(" label ")?;
    (!name.contains('$') && value.contains('$')).then(|| format!("label {name} {value}"))
}

/// `$x = execute y` runs, `$x = y`, `$x += y` and `$x -= y` set.
fn assignment(text: &str) -> Option<String> {
    let name = text.strip_prefix('$')?;
    let rest = name.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    if rest.len() == name.len() {
        return None;
    }
    if let Some(value) = rest.strip_prefix(" = ") {
        let runs = ["run ", "execute ", "exec "]
            .iter()
            .any(|word| value.starts_with(word));
        return Some(format!("{} {text}", if runs { "run" } else { "set" }));
    }
    let operator = rest.trim_start();
    (operator.starts_with("+=") || operator.starts_with("-=")).then(|| format!("set {text}"))
}

/// `priority 2` is short for a meta block.
fn is_priority(text: &str) -> bool {
    let value = text
        .strip_prefix("priority")
        .map(str::trim)
        .unwrap_or_default();
    !value.is_empty() && value.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_their_first_word() {
        let cases = [
            ("def flow x", Kind::Define),
            ("user  express   greeting", Kind::WithParameters),
            ("user a or user b", Kind::Alternatives),
            ("user \"a or b\"", Kind::WithParameters),
            ("execute x", Kind::WithParameters),
            ("$a.b = execute x", Kind::WithParameters),
            ("$a += 1", Kind::WithParameters),
            ("$a=1", Kind::Heading),
            ("priority 2", Kind::WithParameters),
            ("priority: 2", Kind::Heading),
            ("new user x", Kind::Block),
            ("go to x", Kind::Plain),
            ("else if x", Kind::Else),
            ("else   when x", Kind::When),
            ("for x in y", Kind::Reserved),
            ("greeting:", Kind::Heading),
        ];
        for (line, kind) in cases {
            assert_eq!(Statement::read(line, false).kind, kind, "{line:?}");
        }
        assert_eq!(Statement::read("else", true).kind, Kind::Reserved);
        assert_eq!(Statement::read("when flow x", true).kind, Kind::Reserved);
        assert_eq!(Statement::read("else:", false).kind, Kind::Else);
    }
}
