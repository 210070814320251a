//! Values made of the parser's events.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::{Key, Value, YamlError, scalar};

/// How deep values may nest: what drops or walks them recurses.
const MAX_DEPTH: usize = 96;

/// What all values together may weigh, aliases expanded (a node is 1, a text its bytes as well).
const MAX_WEIGHT: usize = 16 * 1024 * 1024;

/// The one document of a text.
///
/// No document and more than one are errors, as they are for `safe_load` followed by `.get`.
pub(crate) fn parse(text: &str) -> Result<Value, YamlError> {
    let mut tree = Tree::default();
    for event in Parser::new_from_str(text.trim_start_matches('\u{feff}')) {
        let (event, _) = event.map_err(|error| YamlError::new(error.to_string()))?;
        tree.take(event)?;
    }
    match (tree.documents, tree.root) {
        (1, Some(value)) => Ok(value),
        (0, _) => Err(YamlError::new("no document")),
        _ => Err(YamlError::new("more than one document")),
    }
}

#[derive(Default)]
struct Tree {
    documents: usize,
    root: Option<Value>,
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    weight: usize,
}

/// A list or mapping whose end has not come yet.
struct Open {
    anchor: usize,
    tag: Option<String>,
    content: Content,
}

enum Content {
    List(Vec<Value>),
    Map {
        merged: Vec<(Key, Value)>,
        own: Vec<(Key, Value)>,
        key: Option<MapKey>,
    },
}

enum MapKey {
    Field(Key),
    /// A plain `<<`.
    Merge,
}

impl Tree {
    fn take(&mut self, event: Event<'_>) -> Result<(), YamlError> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor),
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag),
            Event::SequenceStart(anchor, tag) => self.open(anchor, tag, Content::List(Vec::new())),
            Event::MappingStart(anchor, tag) => {
                let content = Content::Map {
                    merged: Vec::new(),
                    own: Vec::new(),
                    key: None,
                };
                self.open(anchor, tag, content)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
    ) -> Result<(), YamlError> {
        let tag = full_name(tag);
        let is_plain = tag.is_none() && style == ScalarStyle::Plain;
        if is_plain && text == "<<" && self.expects_key() {
            return self.set_key(MapKey::Merge);
        }
        let value = match tag.as_deref() {
            // PyYAML resolves it to a tag that it cannot construct.
            None if is_plain && text == "=" => None,
            None if is_plain => Some(scalar::plain(text)),
            None | Some("!") => Some(Value::Text(text.to_owned())),
            Some(tag) => core_name(tag).and_then(|name| scalar::tagged(name, text)),
        };
        let value = value.ok_or_else(|| YamlError::new("a scalar that its tag does not allow"))?;
        self.spend(weight(&value))?;
        self.finish(anchor, value)
    }

    fn alias(&mut self, anchor: usize) -> Result<(), YamlError> {
        let value = self
            .anchors
            .get(&anchor)
            .ok_or_else(|| YamlError::new("an unfinished alias"))?;
        let (weight, value) = (weight(value), value.clone());
        self.spend(weight)?;
        self.add(value)
    }

    fn open(
        &mut self,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        content: Content,
    ) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(YamlError::new("nested too deep"));
        }
        self.spend(1)?;
        self.open.push(Open {
            anchor,
            tag: full_name(tag),
            content,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), YamlError> {
        let Some(Open {
            anchor,
            tag,
            content,
        }) = self.open.pop()
        else {
            return Err(YamlError::new("an end without a start"));
        };
        let value = match content {
            Content::List(items) => Value::List(items),
            // What is written in a mapping wins over what is merged into it, wherever it stands.
            Content::Map { merged, own, .. } => Value::Map(merged.into_iter().chain(own).collect()),
        };
        self.finish(anchor, with_tag(tag.as_deref(), value)?)
    }

    fn finish(&mut self, anchor: usize, value: Value) -> Result<(), YamlError> {
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
            self.spend(weight(&value))?;
        }
        self.add(value)
    }

    /// Puts a finished value where it belongs.
    fn add(&mut self, value: Value) -> Result<(), YamlError> {
        let Some(Open { content, .. }) = self.open.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        match content {
            Content::List(items) => items.push(value),
            Content::Map { merged, own, key } => match key.take() {
                None => *key = Some(MapKey::Field(key_of(value)?)),
                Some(MapKey::Field(field)) => own.push((field, value)),
                Some(MapKey::Merge) => merged.extend(merged_pairs(value)?),
            },
        }
        Ok(())
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                content: Content::Map { key: None, .. },
                ..
            })
        )
    }

    fn set_key(&mut self, new: MapKey) -> Result<(), YamlError> {
        if let Some(Open {
            content: Content::Map { key, .. },
            ..
        }) = self.open.last_mut()
        {
            *key = Some(new);
        }
        Ok(())
    }

    fn spend(&mut self, weight: usize) -> Result<(), YamlError> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight > MAX_WEIGHT {
            Err(YamlError::new("too large"))
        } else {
            Ok(())
        }
    }
}

/// The pairs that `<<: value` brings; of several mappings the first that has a key gives it.
fn merged_pairs(value: Value) -> Result<Vec<(Key, Value)>, YamlError> {
    match value {
        Value::Map(map) => Ok(map.into_iter().collect()),
        Value::List(items) => {
            let maps = items.into_iter().rev().map(|item| match item {
                Value::Map(map) => Ok(map),
                _ => Err(YamlError::new("a merge of something that is not a mapping")),
            });
            Ok(maps
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten()
                .collect())
        }
        _ => Err(YamlError::new("a merge of something that is not a mapping")),
    }
}

fn key_of(value: Value) -> Result<Key, YamlError> {
    match value {
        Value::Text(text) => Ok(Key::Text(text)),
        Value::List(_) | Value::Map(_) => Err(YamlError::new("a key that is not a scalar")),
        other => Ok(Key::Other(format!("{other:?}"))),
    }
}

fn with_tag(tag: Option<&str>, value: Value) -> Result<Value, YamlError> {
    let kind = match (tag, &value) {
        (None | Some("!"), _) => return Ok(value),
        (Some(tag), _) => core_name(tag),
    };
    match (kind, &value) {
        (Some("seq"), Value::List(_)) | (Some("map"), Value::Map(_)) => Ok(value),
        (Some("set"), Value::Map(_)) => Ok(Value::Other("set")),
        (Some("omap" | "pairs"), Value::List(_)) => Ok(Value::Other("pairs")),
        _ => Err(YamlError::new("a tag that is not known")),
    }
}

fn full_name(tag: Option<Cow<'_, Tag>>) -> Option<String> {
    tag.map(|tag| format!("{}{}", tag.handle, tag.suffix))
}

fn core_name(tag: &str) -> Option<&str> {
    tag.strip_prefix("tag:yaml.org,2002:")
}

fn weight(value: &Value) -> usize {
    1 + match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(weight).sum(),
        Value::Map(map) => map
            .iter()
            .map(|(key, value)| key_weight(key) + weight(value))
            .sum(),
        _ => 0,
    }
}

fn key_weight(key: &Key) -> usize {
    let (Key::Text(text) | Key::Other(text)) = key;
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guardrails::config::yaml::Mapping;

    fn map(text: &str) -> Mapping {
        match parse(text) {
            Ok(Value::Map(map)) => map,
            other => panic!("not a mapping: {other:?}"),
        }
    }

    #[test]
    fn the_last_of_equal_keys_wins() {
        assert_eq!(map("a: 1\na: 2\n").get("a"), Some(&Value::Int(2)));
    }

    #[test]
    fn merged_keys_give_way_to_written_ones() {
        let map = map("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  c: 3\n  <<: [*x, *y]\n");
        let merged = map.get("z").and_then(Value::as_map).cloned().unwrap();
        assert_eq!(merged.get("a"), Some(&Value::Int(1)));
        assert_eq!(
            merged.get("b"),
            Some(&Value::Int(1)),
            "the first mapping wins"
        );
        assert_eq!(
            merged.get("c"),
            Some(&Value::Int(3)),
            "the written key wins"
        );
    }

    #[test]
    fn a_quoted_merge_key_is_a_key() {
        assert_eq!(map("\"<<\": 1\n").get("<<"), Some(&Value::Int(1)));
    }

    #[test]
    fn one_document_and_no_other_number() {
        for text in ["", "# nothing\n", "a: 1\n---\nb: 2\n", "a: 1\n---\n"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert!(parse("---\na: 1\n...\n").is_ok());
    }

    #[test]
    fn tags_decide_where_they_are_known() {
        assert_eq!(map("a: !!str 1\n").get("a"), Some(&Value::Text("1".into())));
        assert_eq!(map("a: ! yes\n").get("a"), Some(&Value::Text("yes".into())));
        assert_eq!(
            map("a: \"yes\"\n").get("a"),
            Some(&Value::Text("yes".into()))
        );
        assert!(parse("a: !!python/name:os.system 1\n").is_err());
        assert!(parse("a: !mine {}\n").is_err());
    }

    #[test]
    fn aliases_and_nesting_cannot_fill_the_memory() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..12 {
            let aliases = vec![format!("*a{}", i - 1); 10].join(", ");
            bomb.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
        }
        assert!(parse(&bomb).is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&"- ".repeat(100_000)).is_err());
    }
}
