//! `#[event(...)]`: from attributes to typed entries, all mistakes told, none hiding another.

mod keys;
mod list;
mod value;

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, LitInt, LitStr, Meta, Path, ext::IdentExt};

pub(crate) use keys::Place;
pub(crate) use value::{Value, parse_number};

use crate::diag::{self, Errors};

/// One key with its value, both with their spans.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// What the `#[event(...)]` attributes of one item say.
#[derive(Default)]
pub(crate) struct Entries {
    entries: Vec<Entry>,
    /// Keys that were written, whether or not their value was right: no second error for those.
    written: Vec<String>,
    /// The `event` of the first attribute.
    attribute: Option<Path>,
}

impl Entries {
    pub(crate) fn of(attributes: &[Attribute], place: Place, errors: &mut Errors) -> Self {
        let mut entries = Self::default();
        for attribute in attributes {
            if attribute.path().is_ident("event") {
                entries.read_attribute(attribute, place, errors);
            }
        }
        entries
    }

    fn read_attribute(&mut self, attribute: &Attribute, place: Place, errors: &mut Errors) {
        match &attribute.meta {
            Meta::Path(path) => errors.push(diag::expected_list(path, skeleton(place))),
            Meta::NameValue(pair) => errors.push(diag::expected_parentheses(pair.eq_token)),
            Meta::List(list) => {
                self.attribute.get_or_insert_with(|| list.path.clone());
                self.read(list.tokens.clone(), place, errors);
                return;
            }
        }
        // Told already: no "missing key" on top.
        self.written.extend(required_keys(place));
        self.attribute
            .get_or_insert_with(|| attribute.path().clone());
    }

    fn read(&mut self, tokens: TokenStream, place: Place, errors: &mut Errors) {
        for item in list::split(tokens, errors) {
            let name = item.key.unraw().to_string();
            let Some(key) = keys::find(place, &name) else {
                errors.push(match keys::elsewhere(place, &name) {
                    Some(places) => diag::misplaced_key(&item.key, &name, places),
                    None => diag::unknown_key(&item.key, &name, &keys::hint(place, &name)),
                });
                self.written.extend(misspelled(place, &name));
                self.written.push(name);
                continue;
            };
            if self.wrote(&name) {
                errors.push(diag::duplicate_key(&item.key, &name));
                continue;
            }
            self.written.push(name);
            if let Some(value) = value::read(key, &item, errors) {
                self.entries.push(Entry {
                    key: item.key,
                    value,
                });
            }
        }
    }

    /// Demands the keys that an item cannot do without.
    pub(crate) fn demand(&self, ident: &Ident, place: Place, errors: &mut Errors) {
        let Some(attribute) = &self.attribute else {
            errors.push(diag::missing_attribute(ident, skeleton(place)));
            return;
        };
        for key in required_keys(place) {
            if !self.wrote(&key) {
                errors.push(diag::missing_key(attribute, &key, why(place, &key)));
            }
        }
    }

    fn wrote(&self, name: &str) -> bool {
        self.written.iter().any(|written| written == name)
    }

    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.unraw() == name)
    }

    pub(crate) fn key(&self, name: &str) -> Option<&Ident> {
        self.entry(name).map(|entry| &entry.key)
    }

    /// The keys in the order they are written.
    pub(crate) fn keys(&self) -> Vec<&Ident> {
        self.entries.iter().map(|entry| &entry.key).collect()
    }

    /// True when nothing was written, right or wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&LitStr> {
        match &self.entry(name)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn texts(&self, name: &str) -> &[LitStr] {
        match self.entry(name).map(|entry| &entry.value) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub(crate) fn count(&self, name: &str) -> Option<(usize, &LitInt)> {
        match &self.entry(name)?.value {
            Value::Count(count, literal) => Some((*count, literal)),
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        match &self.entry(name)?.value {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn path(&self, name: &str) -> Option<&Path> {
        match &self.entry(name)?.value {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn expr(&self, name: &str) -> Option<&TokenStream> {
        match &self.entry(name)?.value {
            Value::Expr(expr) => Some(expr),
            _ => None,
        }
    }

    pub(crate) fn group(&self, name: &str) -> Option<&Entries> {
        match &self.entry(name)?.value {
            Value::Group(entries) => Some(entries),
            _ => None,
        }
    }
}

/// The keys without which an item is incomplete.
fn required_keys(place: Place) -> Vec<String> {
    let keys: &[&str] = match place {
        Place::Struct => &["name", "schema"],
        Place::Enum => &["name"],
        _ => &[],
    };
    keys.iter().map(ToString::to_string).collect()
}

/// The required key that an unknown key was probably meant to be: it is not missing as well.
fn misspelled(place: Place, name: &str) -> Option<String> {
    let required = required_keys(place);
    let name = keys::synonym(place, name);
    let near = crate::suggest::nearest(name, required.iter().map(String::as_str))?;
    Some(near.to_owned())
}

/// The least that `#[event(...)]` must say.
fn skeleton(place: Place) -> &'static str {
    match place {
        Place::Struct => "name = \"...\", schema = \"...\"",
        Place::Enum => "name = \"...\"",
        Place::Variant => "rename = \"...\"",
        _ => "required",
    }
}

fn why(place: Place, key: &str) -> &'static str {
    match (place, key) {
        (Place::Enum, _) => "every wire enum needs its name in the registry: `name = \"...Enum\"`",
        (_, "schema") => "every event needs the version of its schema: `schema = \"1.0\"`",
        _ => "every event needs the exact registry name",
    }
}
