//! The table of keys. The parser, the suggestions and the test of the docs all use it.

use crate::suggest;

/// The position of a key in a declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Struct,
    /// The struct of a part.
    Part,
    Field,
    Enum,
    Variant,
    Gdpr,
    Range,
}

impl Place {
    /// The place as it appears in "key `x` belongs ...".
    fn words(self) -> &'static str {
        match self {
            Self::Struct => "on the struct",
            Self::Part => "on the part",
            Self::Field => "on a field",
            Self::Enum => "on the enum",
            Self::Variant => "on a variant",
            Self::Gdpr => "in `gdpr(...)`",
            Self::Range => "in `range(...)`",
        }
    }

    fn is_of_enum(self) -> bool {
        matches!(self, Self::Enum | Self::Variant)
    }

    /// The place as it appears in "... are `name`, `schema`".
    fn keys(self) -> &'static str {
        match self {
            Self::Struct => "keys on a struct",
            Self::Part => "keys on a part",
            Self::Field => "keys on a field",
            Self::Enum => "keys on an enum",
            Self::Variant => "keys on a variant",
            Self::Gdpr => "keys in `gdpr(...)`",
            Self::Range => "keys in `range(...)`",
        }
    }
}

/// The syntax of a key and its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// `key`
    Flag,
    /// `key = "text"`
    Text,
    /// `key = 5`
    Count,
    /// `key = -1.5`
    Number,
    /// `key = path`
    Path,
    /// `key = any expression`
    Expr,
    /// `key("text", "text")`
    Texts,
    /// `key(inner = ...)`
    Group(Place),
}

/// One key of `#[event(...)]`.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) form: Form,
    /// The key with its value, for messages.
    pub(crate) example: &'static str,
}

const fn key(place: Place, name: &'static str, form: Form, example: &'static str) -> Key {
    Key {
        name,
        place,
        form,
        example,
    }
}

pub(crate) const KEYS: &[Key] = &[
    key(Place::Struct, "name", Form::Text, "name = \"...\""),
    key(Place::Struct, "schema", Form::Text, "schema = \"1.0\""),
    key(
        Place::Struct,
        "registry",
        Form::Text,
        "registry = \"schemas/events.json\"",
    ),
    key(
        Place::Struct,
        "gdpr",
        Form::Group(Place::Gdpr),
        "gdpr(category = \"functional\", purpose = \"...\")",
    ),
    key(Place::Struct, "never", Form::Texts, "never(\"...\")"),
    key(Place::Struct, "limit", Form::Text, "limit = \"100/min\""),
    key(Place::Struct, "owner", Form::Text, "owner = \"...\""),
    key(
        Place::Struct,
        "review",
        Form::Text,
        "review = \"https://...\"",
    ),
    key(
        Place::Struct,
        "expires",
        Form::Text,
        "expires = \"2027-01-31\"",
    ),
    key(
        Place::Struct,
        "crate",
        Form::Path,
        "crate = ::telemetry_runtime",
    ),
    key(
        Place::Part,
        "crate",
        Form::Path,
        "crate = ::telemetry_runtime",
    ),
    key(Place::Field, "required", Form::Flag, "required"),
    key(Place::Field, "default", Form::Expr, "default = ..."),
    key(Place::Field, "constant", Form::Expr, "constant = ..."),
    key(Place::Field, "rename", Form::Text, "rename = \"...\""),
    key(Place::Field, "free_text", Form::Text, "free_text = \"...\""),
    key(Place::Field, "max_len", Form::Count, "max_len = 64"),
    key(Place::Field, "max_items", Form::Count, "max_items = 20"),
    key(
        Place::Field,
        "range",
        Form::Group(Place::Range),
        "range(min = 0, max = 100)",
    ),
    key(Place::Field, "unit", Form::Text, "unit = \"ms\""),
    key(Place::Field, "since", Form::Text, "since = \"1.0\""),
    key(Place::Field, "retired", Form::Text, "retired = \"1.0\""),
    key(Place::Field, "flatten", Form::Flag, "flatten"),
    key(Place::Field, "prefix", Form::Text, "prefix = \"...\""),
    key(Place::Field, "why", Form::Text, "why = \"...\""),
    key(Place::Enum, "name", Form::Text, "name = \"...Enum\""),
    key(
        Place::Enum,
        "rename_all",
        Form::Text,
        "rename_all = \"snake_case\"",
    ),
    key(
        Place::Enum,
        "crate",
        Form::Path,
        "crate = ::telemetry_runtime",
    ),
    key(Place::Variant, "rename", Form::Text, "rename = \"...\""),
    key(Place::Variant, "fallback", Form::Flag, "fallback"),
    key(Place::Variant, "since", Form::Text, "since = \"1.0\""),
    key(Place::Variant, "retired", Form::Flag, "retired"),
    key(
        Place::Gdpr,
        "category",
        Form::Text,
        "category = \"functional\"",
    ),
    key(Place::Gdpr, "purpose", Form::Text, "purpose = \"...\""),
    key(Place::Range, "min", Form::Number, "min = 0"),
    key(Place::Range, "max", Form::Number, "max = 100"),
];

pub(crate) fn find(place: Place, name: &str) -> Option<&'static Key> {
    KEYS.iter()
        .find(|key| key.place == place && key.name == name)
}

/// The place where a key that is misplaced here is valid. A place in the same kind of item wins.
pub(crate) fn elsewhere(place: Place, name: &str) -> Option<&'static str> {
    let mut places = KEYS
        .iter()
        .filter(|key| key.name == name)
        .map(|key| key.place);
    let any = places.clone().next();
    places
        .find(|right| right.is_of_enum() == place.is_of_enum())
        .or(any)
        .map(Place::words)
}

/// The help for an unknown key.
pub(crate) fn hint(place: Place, name: &str) -> String {
    match (place, name) {
        (Place::Field, "optional") => {
            return "every field is optional, unless it is `required`".to_owned();
        }
        (Place::Field, "skip") => {
            return "every field is sent; remove the field from the struct".to_owned();
        }
        _ => {}
    }
    let names: Vec<_> = KEYS
        .iter()
        .filter(|key| key.place == place)
        .map(|key| key.name)
        .collect();
    suggest::hint(synonym(place, name), place.keys(), &names)
}

/// The key for a name that other derives use, where the two spellings differ too much for a
/// suggestion; otherwise the name itself.
pub(crate) fn synonym(place: Place, name: &str) -> &str {
    match (place, name) {
        (Place::Struct, "version") => "schema",
        (Place::Field, "sentinel") => "default",
        (Place::Field, "question") => "why",
        (Place::Variant, "other") => "fallback",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page that documents the keys of this place.
    fn docs(place: Place) -> &'static str {
        match place {
            Place::Enum | Place::Variant => include_str!("../../docs/enum.md"),
            Place::Part => include_str!("../../docs/fields.md"),
            _ => include_str!("../../docs/event.md"),
        }
    }

    #[test]
    fn every_key_is_documented() {
        for key in KEYS {
            let row = match key.place {
                Place::Gdpr => "| `gdpr(category = \"...\", purpose = \"...\")`".to_owned(),
                Place::Range => "| `range(min = 0, max = 100)`".to_owned(),
                _ => format!("| `{}", key.name),
            };
            assert!(
                docs(key.place).contains(&row),
                "{:?} {}",
                key.place,
                key.name
            );
        }
    }

    #[test]
    fn a_misplaced_key_reports_the_nearest_valid_place() {
        assert_eq!(elsewhere(Place::Struct, "rename"), Some("on a field"));
        assert_eq!(elsewhere(Place::Enum, "rename"), Some("on a variant"));
        assert_eq!(elsewhere(Place::Field, "name"), Some("on the struct"));
        assert_eq!(elsewhere(Place::Field, "min"), Some("in `range(...)`"));
        assert_eq!(elsewhere(Place::Enum, "required"), Some("on a field"));
        assert_eq!(elsewhere(Place::Field, "colour"), None);
    }

    #[test]
    fn a_key_of_another_derive_suggests_the_key_of_this_one() {
        assert_eq!(hint(Place::Struct, "version"), "did you mean `schema`?");
        assert_eq!(hint(Place::Variant, "other"), "did you mean `fallback`?");
        assert!(hint(Place::Field, "other").starts_with("keys on a field are"));
    }
}
