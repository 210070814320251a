//! The keywords that the reader knows at each place, and access to their values.

use crate::{
    error::Problem,
    json::{Kind, Member, Node, join},
    version::Version,
};

/// Keywords that describe and that no validator evaluates.
pub(crate) const NOTES: [&str; 5] = ["description", "$comment", "title", "default", "examples"];

/// An object of the document with its pointer.
#[derive(Clone)]
pub(crate) struct Section<'a> {
    pub(crate) node: &'a Node,
    pub(crate) members: &'a [Member],
    pub(crate) pointer: String,
}

impl<'a> Section<'a> {
    pub(crate) fn new(node: &'a Node, pointer: String) -> Result<Self, Problem> {
        match &node.kind {
            Kind::Object(members) => Ok(Self {
                node,
                members,
                pointer,
            }),
            _ => Err(wrong_kind(node, &pointer, "an object")),
        }
    }

    pub(crate) fn problem(&self, wrong: impl Into<String>, instead: impl Into<String>) -> Problem {
        Problem::new(wrong, instead)
            .at(self.node.position)
            .in_value(&self.pointer)
    }

    pub(crate) fn pointer_of(&self, key: &str) -> String {
        join(&self.pointer, key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        self.members
            .iter()
            .find(|member| member.key == key)
            .map(|member| &member.node)
    }

    fn need(&self, key: &str) -> Result<&'a Node, Problem> {
        self.get(key).ok_or_else(|| {
            self.problem(
                format!("the key `{key}` is missing"),
                format!("add `{key}`; a document that the runtime writes has it"),
            )
        })
    }

    pub(crate) fn section(&self, key: &str) -> Result<Self, Problem> {
        Self::new(self.need(key)?, self.pointer_of(key))
    }

    pub(crate) fn optional_section(&self, key: &str) -> Result<Option<Self>, Problem> {
        let node = self.get(key);
        node.map(|node| Self::new(node, self.pointer_of(key)))
            .transpose()
    }

    pub(crate) fn text(&self, key: &str) -> Result<&'a str, Problem> {
        text(self.need(key)?, &self.pointer_of(key))
    }

    pub(crate) fn optional_text(&self, key: &str) -> Result<Option<&'a str>, Problem> {
        self.get(key)
            .map(|node| text(node, &self.pointer_of(key)))
            .transpose()
    }

    pub(crate) fn list(&self, key: &str) -> Result<Option<&'a [Node]>, Problem> {
        match self.get(key) {
            None => Ok(None),
            Some(node) => match &node.kind {
                Kind::List(items) => Ok(Some(items)),
                _ => Err(wrong_kind(node, &self.pointer_of(key), "an array")),
            },
        }
    }

    pub(crate) fn count(&self, key: &str) -> Result<Option<u64>, Problem> {
        let Some(node) = self.get(key) else {
            return Ok(None);
        };
        let count = match node.kind {
            Kind::Integer(value) => u64::try_from(value).ok(),
            _ => None,
        };
        match count {
            Some(count) => Ok(Some(count)),
            None => Err(wrong_kind(
                node,
                &self.pointer_of(key),
                "a whole number from 0",
            )),
        }
    }

    /// Refuses every key that is not in one of the lists.
    pub(crate) fn only(&self, known: &[&str], notes: &[&str], place: &str) -> Result<(), Problem> {
        let is_known = |key: &str| known.contains(&key) || notes.contains(&key);
        let Some(member) = self.members.iter().find(|it| !is_known(&it.key)) else {
            return Ok(());
        };
        let key = &member.key;
        let mut instead = format!("remove it; {place} has {}", listed(known));
        if let Some(near) = known.iter().chain(notes).find(|it| is_near(it, key)) {
            instead = format!("write `{near}` if you meant it");
        } else if let Some((_, advice)) = ADVICE.iter().find(|(word, _)| word == key) {
            (*advice).clone_into(&mut instead);
        }
        Err(Problem::new(
            format!("the keyword `{key}` is not supported in {place}"),
            instead,
        )
        .at(member.position)
        .in_value(self.pointer_of(key)))
    }
}

/// Corrections for keywords of JSON Schema that the model does not have.
const ADVICE: [(&str, &str); 7] = [
    ("const", "write `enum` with this one value"),
    ("anyOf", "write one `type` and a sentinel for \"unknown\""),
    ("oneOf", "write one `type` and a sentinel for \"unknown\""),
    ("allOf", "write the `$ref` itself"),
    (
        "pattern",
        "write `enum` with the values, or describe the format in `description`",
    ),
    ("exclusiveMinimum", "write `minimum`"),
    ("exclusiveMaximum", "write `maximum`"),
];

pub(crate) fn listed(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match &*quoted {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Whether two words differ in one letter, in case, or in two neighbours that changed places.
pub(crate) fn is_near(one: &str, other: &str) -> bool {
    if one.eq_ignore_ascii_case(other) {
        return one != other;
    }
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let (short, long) = (short.as_bytes(), long.as_bytes());
    let start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let tail = |skip_short: usize, skip_long: usize| {
        short.get(start + skip_short..) == long.get(start + skip_long..)
    };
    let swapped =
        short.get(start) == long.get(start + 1) && short.get(start + 1) == long.get(start);
    match long.len() - short.len() {
        0 => tail(1, 1) || (swapped && tail(2, 2)),
        1 => tail(0, 1),
        _ => false,
    }
}

pub(crate) fn text<'a>(node: &'a Node, pointer: &str) -> Result<&'a str, Problem> {
    match &node.kind {
        Kind::Text(text) => Ok(text),
        _ => Err(wrong_kind(node, pointer, "a string")),
    }
}

pub(crate) fn wrong_kind(node: &Node, pointer: &str, expected: &str) -> Problem {
    let wrong = format!("{expected} is expected here, not {}", node.kind_name());
    Problem::new(wrong, format!("write {expected}"))
        .at(node.position)
        .in_value(pointer)
}

/// The version under a key.
pub(crate) fn version(section: &Section<'_>, key: &str) -> Result<Option<Version>, Problem> {
    let Some(node) = section.get(key) else {
        return Ok(None);
    };
    let parsed = match &node.kind {
        Kind::Text(text) => text.parse().ok(),
        _ => None,
    };
    match parsed {
        Some(version) => Ok(Some(version)),
        None => Err(Problem::new(
            format!("{} is not a version", node.to_value()),
            "write \"MAJOR.MINOR\" as a string, such as \"1.10\": two numbers up to 65535 without leading zeros",
        )
        .at(node.position)
        .in_value(section.pointer_of(key))),
    }
}
