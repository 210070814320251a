//! The differences between the parameters of two events.

use serde_json::{Value, json};

use crate::json::{Kind, Node, join};

/// Differences that are listed.
const MOST: usize = 200;
/// Longest value in a list, in characters.
pub(super) const LONGEST: usize = 20_000;

/// The differences as a list of pointers with the value before and after.
pub(super) fn changes(before: &Node, after: &Node) -> Vec<Value> {
    let mut found = Vec::new();
    compare("", Some(before), Some(after), &mut found);
    found
}

fn compare(pointer: &str, before: Option<&Node>, after: Option<&Node>, found: &mut Vec<Value>) {
    if found.len() >= MOST {
        return;
    }
    if let (Some(before), Some(after)) = (before, after) {
        match (&before.kind, &after.kind) {
            (Kind::Object(old), Kind::Object(new)) => {
                for member in new {
                    let pointer = join(pointer, &member.key);
                    compare(&pointer, before.get(&member.key), Some(&member.node), found);
                }
                for member in old.iter().filter(|it| after.get(&it.key).is_none()) {
                    compare(&join(pointer, &member.key), Some(&member.node), None, found);
                }
                return;
            }
            (Kind::List(old), Kind::List(new)) if old.len() == new.len() => {
                for (at, (old, new)) in old.iter().zip(new).enumerate() {
                    let pointer = join(pointer, &at.to_string());
                    compare(&pointer, Some(old), Some(new), found);
                }
                return;
            }
            _ if before.to_value() == after.to_value() => return,
            _ => {}
        }
    }
    found.push(json!({
        "pointer": pointer,
        "before": before.map(text_of),
        "after": after.map(text_of),
    }));
}

/// A value as JSON; a very long one is cut.
pub(super) fn text_of(node: &Node) -> String {
    let text = node.to_value().to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn only_different_values_are_listed() {
        let before =
            parse(br#"{"a": 1, "b": [{"c": 1}, 2], "d": "x", "e": [1], "same": {}}"#).unwrap();
        let after =
            parse(br#"{"a": 2, "b": [{"c": 3}, 2], "e": [1, 2], "f": null, "same": {}}"#).unwrap();
        let found = changes(&before, &after);
        let found: Vec<_> = found.iter().map(Value::to_string).collect();
        assert_eq!(
            found,
            [
                r#"{"pointer":"/a","before":"1","after":"2"}"#,
                r#"{"pointer":"/b/0/c","before":"1","after":"3"}"#,
                r#"{"pointer":"/e","before":"[1]","after":"[1,2]"}"#,
                r#"{"pointer":"/f","before":null,"after":"null"}"#,
                r#"{"pointer":"/d","before":"\"x\"","after":null}"#,
            ]
        );
    }
}
