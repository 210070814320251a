//! Names in Rust for names on the wire. The rules are those of the derive.

use std::collections::HashSet;

/// Keywords of every edition. A name on the list is written as `r#name`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];
/// Keywords that `r#` does not make a name.
const PATH_KEYWORDS: &[&str] = &["crate", "self", "super"];

/// Names of types that the declarations, or the code of the derives, use.
const TAKEN_TYPES: &[&str] = &[
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Err",
    "From",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "REGISTRY",
    "Result",
    "Self",
    "Send",
    "Some",
    "String",
    "Sync",
    "TelemetryEnum",
    "TelemetryEvent",
    "TelemetryFields",
    "ToString",
    "Vec",
    "WireInteger",
];

/// Keys of the envelope, which no field of an event may have.
const ENVELOPE: &[&str] = &[
    "browserType",
    "clientId",
    "clientType",
    "clientVariant",
    "clientVer",
    "cpuArchitecture",
    "deviceGdprBehOptIn",
    "deviceGdprFuncOptIn",
    "deviceGdprTechOptIn",
    "deviceId",
    "deviceMake",
    "deviceModel",
    "deviceOS",
    "deviceOSVersion",
    "deviceType",
    "eventProtocol",
    "eventSchemaVer",
    "eventSysVer",
    "events",
    "externalUserId",
    "gdprBehOptIn",
    "gdprFuncOptIn",
    "gdprTechOptIn",
    "idpId",
    "integrationId",
    "productName",
    "productVersion",
    "sentTs",
    "userId",
];

pub(super) fn is_reserved(wire: &str) -> bool {
    ENVELOPE.contains(&wire)
}

pub(super) fn is_camel_case(wire: &str) -> bool {
    wire.starts_with(|first: char| first.is_ascii_lowercase()) && is_alphanumeric(wire)
}

pub(super) fn is_pascal_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase()) && is_alphanumeric(name)
}

fn is_alphanumeric(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric())
}

pub(super) fn is_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The wire name that the derive gives to a field without `rename`.
pub(super) fn camel_case(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut wire = words.next().unwrap_or_default().to_owned();
    wire.extend(words.map(capitalized));
    wire
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// The words of a camelCase name; an acronym is one word: `modelURLPath` is `model`, `URL`, `Path`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let starts_word = previous.is_none_or(|before| {
            let next_is_lower = rest.peek().is_some_and(|next| next.is_lowercase());
            c.is_uppercase() && (!char::is_uppercase(before) || next_is_lower)
        });
        previous = Some(c);
        match words.last_mut() {
            Some(word) if !starts_word => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words
}

/// The parts of a text between characters that no identifier has, each with a capital letter.
pub(super) fn pascal_case(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .map(capitalized)
        .collect()
}

/// Names that are in use. Another name is chosen for a second item.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// The names of types. Some are in use from the start.
    pub(super) fn of_types() -> Self {
        Self(TAKEN_TYPES.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The first free name of `wanted`, or the last one with a number.
    fn choose(&mut self, wanted: &[String], is_free: impl Fn(&Self, &str) -> bool) -> String {
        let last = wanted.last().cloned().unwrap_or_default();
        let numbered = (2_u32..).map(|number| format!("{last}{number}"));
        let name = wanted
            .iter()
            .cloned()
            .chain(numbered)
            .find(|name| is_free(self, name))
            .unwrap_or(last);
        self.0.insert(name.clone());
        name
    }

    /// A name for a type. Its builder has a name, too.
    pub(super) fn of_type(&mut self, wanted: &[String]) -> String {
        let name = self.choose(wanted, |names, name| {
            !names.0.contains(name) && !names.0.contains(&format!("{name}Builder"))
        });
        self.0.insert(format!("{name}Builder"));
        name
    }

    /// A name for the variant with a wire value.
    pub(super) fn of_variant(&mut self, wire: &str) -> String {
        let mut name = pascal_case(wire);
        if name.is_empty() || name == "Self" {
            name.push_str("Value");
        } else if name.starts_with(|first: char| first.is_ascii_digit()) {
            name.insert(0, 'V');
        }
        self.choose(&[name], |names, name| !names.0.contains(name))
    }

    /// A name for the field with a wire name, without `r#`.
    ///
    /// The builder has the methods `build` and `maybe_...`, which no setter may have as its name.
    pub(super) fn of_field(&mut self, wire: &str) -> String {
        let words: Vec<_> = words(wire).iter().map(|it| it.to_lowercase()).collect();
        let mut name = words.join("_");
        if PATH_KEYWORDS.contains(&&*name) || name == "build" {
            name.push('_');
        } else if name.starts_with("maybe_") {
            name.insert_str(0, "field_");
        }
        let with_number = format!("{name}_");
        self.choose(&[name, with_number], |names, name| !names.0.contains(name))
    }
}

/// The identifier of a name.
pub(super) fn identifier(name: &str) -> String {
    let raw = if KEYWORDS.contains(&name) { "r#" } else { "" };
    format!("{raw}{name}")
}

/// Whether the derive gives this wire value to the variant without `rename`.
pub(super) fn is_default_value(variant: &str, wire: &str) -> bool {
    let is_one_word = variant.chars().skip(1).all(|c| !c.is_ascii_uppercase());
    is_one_word && variant.to_lowercase() == wire
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_envelope_is_reserved_except_the_session_that_published_events_contain() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../../envelope.json")).unwrap();
        let keys = schema["properties"].as_object().unwrap().keys();
        let mut keys: Vec<_> = keys.map(String::as_str).collect();
        keys.retain(|key| *key != "sessionId");
        keys.sort_unstable();
        let mut reserved = ENVELOPE.to_vec();
        reserved.sort_unstable();
        assert_eq!(reserved, keys);
    }

    #[test]
    fn fields_have_the_names_that_the_derive_converts_back() {
        for (wire, name, renamed) in [
            ("exitCode", "exit_code", false),
            ("top5Models", "top5_models", false),
            ("type", "type", false),
            ("self", "self_", false),
            ("build", "build_", false),
            ("maybeNot", "field_maybe_not", true),
            ("uRL", "u_rl", true),
            ("modelURLPath", "model_url_path", true),
        ] {
            let found = Names::default().of_field(wire);
            assert_eq!(found, name);
            assert_eq!(camel_case(&found) != wire, renamed, "{wire}");
        }
        assert_eq!(identifier("type"), "r#type");
        assert_eq!(identifier("self_"), "self_");
    }

    #[test]
    fn two_items_do_not_share_a_name() {
        let mut names = Names::default();
        let found = ["urlPath", "uRLPath", "uRlPath"].map(|wire| names.of_field(wire));
        assert_eq!(found, ["url_path", "u_rl_path", "u_rl_path_"]);
        let mut names = Names::default();
        let found = ["a-b", "a_b", "1", "", "self", "é", "A b"].map(|wire| names.of_variant(wire));
        assert_eq!(
            found,
            ["AB", "AB2", "V1", "Value", "SelfValue", "Value2", "AB3"]
        );
        let mut names = Names::of_types();
        let wanted = ["String", "StringEnum"].map(str::to_owned);
        assert_eq!(names.of_type(&wanted), "StringEnum");
        assert_eq!(names.of_type(&wanted), "StringEnum2");
        let builder = ["StringEnumBuilder"].map(str::to_owned);
        assert_eq!(names.of_type(&builder), "StringEnumBuilder2");
    }

    #[test]
    fn values_of_one_lowercase_word_need_no_rename() {
        for (variant, wire, is_default) in [
            ("Success", "success", true),
            ("V1", "1", false),
            ("LLMRails", "LLMRails", false),
            ("TimedOut", "timedout", false),
            ("Undefined", "undefined", true),
        ] {
            assert_eq!(is_default_value(variant, wire), is_default, "{wire}");
        }
    }
}
