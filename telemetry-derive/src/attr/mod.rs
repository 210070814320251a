//! Reads `#[event(...)]` into typed entries. All mistakes are reported; none hides another.

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

/// The keys in the `#[event(...)]` attributes of one item.
#[derive(Default)]
pub(crate) struct Entries {
    entries: Vec<Entry>,
    /// Keys that were written, with a valid value or without. They are not reported as missing.
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
            Meta::Path(path) => errors.push(diag::expected_list(path, minimal_keys(place))),
            Meta::NameValue(pair) => errors.push(diag::expected_parentheses(pair.eq_token)),
            Meta::List(list) => {
                self.attribute.get_or_insert_with(|| list.path.clone());
                self.read(list.tokens.clone(), place, errors);
                return;
            }
        }
        // The attribute is reported above; its keys are not reported as missing as well.
        self.written.extend(required_keys(place));
        self.attribute
            .get_or_insert_with(|| attribute.path().clone());
    }

    fn read(&mut self, tokens: TokenStream, place: Place, errors: &mut Errors) {
        for item in list::split(tokens, errors) {
            let name = item.key.unraw().to_string();
            let Some(key) = keys::find(place, &name) else {
                errors.push(match keys::elsewhere(place, &name) {
                    Some(_)
                        if place == Place::Part && keys::find(Place::Struct, &name).is_some() =>
                    {
                        diag::event_key_on_a_part(&item.key, &name)
                    }
                    Some(places) => diag::misplaced_key(&item.key, &name, places),
                    None => diag::unknown_key(&item.key, &name, &keys::hint(place, &name)),
                });
                self.written.extend(misspelled(place, &name));
                self.written.push(name);
                continue;
            };
            if self.is_written(&name) {
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

    /// Reports the required keys that are missing.
    pub(crate) fn check_required_keys(&self, ident: &Ident, place: Place, errors: &mut Errors) {
        let Some(attribute) = &self.attribute else {
            errors.push(diag::missing_attribute(ident, minimal_keys(place)));
            return;
        };
        for key in required_keys(place) {
            if !self.is_written(&key) {
                errors.push(diag::missing_key(
                    attribute,
                    &key,
                    missing_key_help(place, &key),
                ));
            }
        }
    }

    fn is_written(&self, name: &str) -> bool {
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

    /// True when no key was written, valid or invalid.
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

/// The keys that an item must have.
fn required_keys(place: Place) -> Vec<String> {
    let keys: &[&str] = match place {
        Place::Struct => &["name", "schema"],
        Place::Enum => &["name"],
        _ => &[],
    };
    keys.iter().map(ToString::to_string).collect()
}

/// The required key for which an unknown key is probably a misspelling. It is not also reported as
/// missing.
fn misspelled(place: Place, name: &str) -> Option<String> {
    let required = required_keys(place);
    let name = keys::synonym(place, name);
    let near = crate::suggest::nearest(name, required.iter().map(String::as_str))?;
    Some(near.to_owned())
}

/// The minimal content of `#[event(...)]`.
fn minimal_keys(place: Place) -> &'static str {
    match place {
        Place::Struct => "name = \"...\", schema = \"...\"",
        Place::Enum => "name = \"...\"",
        Place::Variant => "rename = \"...\"",
        Place::Part => "crate = ::telemetry_runtime",
        _ => "required",
    }
}

fn missing_key_help(place: Place, key: &str) -> &'static str {
    match (place, key) {
        (Place::Enum, _) => "every wire enum needs its name in the registry: `name = \"...Enum\"`",
        (_, "schema") => "every event needs the version of its schema: `schema = \"1.0\"`",
        _ => "every event needs the exact registry name",
    }
}
