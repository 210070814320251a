//! What a `define` line defines.

/// Words that may stand before what is defined.
const MODIFIERS: [&str; 11] = [
    "interruption",
    "repair",
    "test",
    "non-interruptable",
    "noninterruptable",
    "continuous",
    "recursive",
    "parallel",
    "extension",
    "sample",
    "response",
];

/// What a line defines.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Definition<'a> {
    Flow(&'a str),
    /// What a user or a bot says.
    Messages(&'a str),
    /// Its code is skipped.
    Action,
}

impl<'a> Definition<'a> {
    /// Reads a normalized line that begins with `define`.
    pub(super) fn read(line: &'a str) -> Result<Self, &'static str> {
        let (_, mut rest) = split_word(line);
        loop {
            let (word, name) = split_word(rest);
            match word {
                "flow" | "subflow" => return Ok(Self::Flow(name)),
                "user" | "bot" => return Ok(Self::Messages(name)),
                "action" => return Ok(Self::Action),
                modifier if MODIFIERS.contains(&modifier) => rest = name,
                _ => return Err("a definition of something unknown"),
            }
        }
    }
}

fn split_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (word, rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_come_before_what_is_defined() {
        assert_eq!(
            Definition::read("define flow a b"),
            Ok(Definition::Flow("a b"))
        );
        assert_eq!(
            Definition::read("define parallel test subflow"),
            Ok(Definition::Flow(""))
        );
        assert_eq!(
            Definition::read("define bot x"),
            Ok(Definition::Messages("x"))
        );
        assert!(Definition::read("define snippet x").is_err());
        assert!(Definition::read("define").is_err());
    }
}
