//! Rules for names on the wire. Lengths are in characters; `r#` is not part of a name.

use syn::{Ident, ext::IdentExt};

/// Longest event or enum name.
pub(crate) const MAX_NAME: usize = 64;

/// Keys of the envelope. `sessionId` is not reserved, because published events contain it as well.
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

pub(crate) fn is_reserved(wire: &str) -> bool {
    ENVELOPE.contains(&wire)
}

/// The name of an identifier, without `r#`.
pub(crate) fn ident_name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `qa_generator_model` becomes `qaGeneratorModel`; `None` if the result is not camelCase.
pub(crate) fn camel_case(name: &str) -> Option<String> {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut wire = words.next()?.to_owned();
    wire.extend(words.map(capitalized));
    is_camel_case(&wire).then_some(wire)
}

pub(crate) fn is_camel_case(wire: &str) -> bool {
    wire.starts_with(|first: char| first.is_ascii_lowercase())
        && wire.chars().all(|c| c.is_ascii_alphanumeric())
}

pub(crate) fn is_pascal_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

pub(crate) fn is_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The nearest valid event name.
pub(crate) fn to_event_name(name: &str) -> String {
    let spaced: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let words: Vec<_> = spaced.split('_').flat_map(words).map(lowercase).collect();
    let fixed = words.join("_");
    if is_snake_case(&fixed) {
        fixed
    } else {
        "my_event".to_owned()
    }
}

pub(crate) fn is_schema_version(text: &str) -> bool {
    schema_version(text).is_some()
}

/// Major and minor number of `MAJOR.MINOR`; they compare as numbers: 1.10 is later than 1.9.
pub(crate) fn schema_version(version: &str) -> Option<(u16, u16)> {
    let number = |part: &str| {
        let number: u16 = part.parse().ok()?;
        (number.to_string() == part).then_some(number)
    };
    let (major, minor) = version.split_once('.')?;
    Some((number(major)?, number(minor)?))
}

/// The nearest valid schema version.
pub(crate) fn to_schema_version(version: &str) -> String {
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse::<u16>().ok());
    let major = numbers.next().unwrap_or(1);
    let minor = numbers.next().unwrap_or(0);
    format!("{major}.{minor}")
}

/// Naming style on the wire for variants without `rename`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RenameAll {
    Snake,
    Kebab,
    Lower,
    Upper,
    Verbatim,
}

impl RenameAll {
    pub(crate) const NAMES: &'static [&'static str] = &[
        "snake_case",
        "kebab-case",
        "lowercase",
        "UPPERCASE",
        "verbatim",
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "snake_case" => Some(Self::Snake),
            "kebab-case" => Some(Self::Kebab),
            "lowercase" => Some(Self::Lower),
            "UPPERCASE" => Some(Self::Upper),
            "verbatim" => Some(Self::Verbatim),
            _ => None,
        }
    }

    pub(crate) fn apply(self, variant: &str) -> String {
        let words = words(variant).into_iter();
        match self {
            Self::Snake => words.map(lowercase).collect::<Vec<_>>().join("_"),
            Self::Kebab => words.map(lowercase).collect::<Vec<_>>().join("-"),
            Self::Lower => words.map(lowercase).collect(),
            Self::Upper => words.map(|word| word.to_uppercase()).collect(),
            Self::Verbatim => variant.to_owned(),
        }
    }
}

/// The words of a PascalCase name; an acronym is one word: `LLMRails` is `LLM`, `Rails`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let starts_word = match previous {
            None | Some('_') => true,
            Some(before) => {
                let next_is_lower = rest.peek().is_some_and(|next| next.is_lowercase());
                c.is_uppercase() && (!char::is_uppercase(before) || next_is_lower)
            }
        };
        previous = Some(c);
        if c == '_' {
            continue;
        }
        match words.last_mut() {
            Some(word) if !starts_word => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words
}

fn lowercase(word: String) -> String {
    word.to_lowercase()
}

pub(crate) fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use std::{str, time::UNIX_EPOCH};

    use telemetry_runtime::{
        TelemetryEvent,
        envelope::{EnvelopeBuilder, EnvelopeContext},
    };

    use super::*;

    /// A sign of life.
    #[derive(TelemetryEvent)]
    #[event(name = "ping", schema = "1.0")]
    struct Ping {
        /// How often.
        count: i64,
    }

    #[test]
    fn the_keys_that_the_runtime_writes_are_reserved() {
        let context = EnvelopeContext::new("0").schema_version("1.0");
        let mut envelope = EnvelopeBuilder::new(context);
        let ping = Ping::builder().count(1).build();
        envelope.push(&ping, UNIX_EPOCH).unwrap();
        let body = envelope.build(UNIX_EPOCH).unwrap();
        let (keys, _) = str::from_utf8(&body).unwrap().split_once('[').unwrap();
        // No value holds a comma.
        let keys = keys.split(',').filter_map(|entry| entry.split('"').nth(1));
        let mut keys: Vec<_> = keys.filter(|key| *key != "sessionId").collect();
        keys.sort_unstable();
        assert_eq!(keys, ENVELOPE);
        // The runtime checks the names under a prefix.
        assert_eq!(telemetry_runtime::__private::ENVELOPE_KEYS, ENVELOPE);
    }

    #[test]
    fn fields_are_camel_case() {
        for (field, wire) in [
            ("exit_code", "exitCode"),
            ("qa_generator_model", "qaGeneratorModel"),
            ("nemoguardrails_version", "nemoguardrailsVersion"),
            ("top_5_models", "top5Models"),
            ("_private", "private"),
            ("fooBar", "fooBar"),
        ] {
            assert_eq!(camel_case(field).as_deref(), Some(wire));
        }
        for field in ["__", "été", "Exit", "naïve_flag", "_5"] {
            assert_eq!(camel_case(field), None, "{field}");
        }
    }

    #[test]
    fn variants_follow_rename_all_and_acronyms_are_words() {
        for (variant, snake, kebab, lower, upper) in [
            ("Success", "success", "success", "success", "SUCCESS"),
            (
                "AgentToolkit",
                "agent_toolkit",
                "agent-toolkit",
                "agenttoolkit",
                "AGENTTOOLKIT",
            ),
            ("LLMRails", "llm_rails", "llm-rails", "llmrails", "LLMRAILS"),
            ("Ipv4Only", "ipv4_only", "ipv4-only", "ipv4only", "IPV4ONLY"),
            ("GPU", "gpu", "gpu", "gpu", "GPU"),
            ("Été", "été", "été", "été", "ÉTÉ"),
        ] {
            assert_eq!(RenameAll::Snake.apply(variant), snake);
            assert_eq!(RenameAll::Kebab.apply(variant), kebab);
            assert_eq!(RenameAll::Lower.apply(variant), lower);
            assert_eq!(RenameAll::Upper.apply(variant), upper);
            assert_eq!(RenameAll::Verbatim.apply(variant), variant);
        }
    }

    #[test]
    fn schema_versions_are_two_plain_numbers() {
        assert!(schema_version("1.10") > schema_version("1.9"));
        for good in ["1.0", "1.10", "12.3", "0.1"] {
            assert!(schema_version(good).is_some(), "{good}");
        }
        for (bad, fixed) in [
            ("v1.7", "1.7"),
            ("1", "1.0"),
            ("1.7.0", "1.7"),
            ("01.7", "1.7"),
            ("", "1.0"),
            ("+1.2", "1.2"),
            ("one", "1.0"),
        ] {
            assert!(schema_version(bad).is_none(), "{bad}");
            assert_eq!(to_schema_version(bad), fixed);
        }
    }

    #[test]
    fn event_names_are_repaired() {
        assert_eq!(to_event_name("Guardrails-Usage"), "guardrails_usage");
        assert_eq!(to_event_name("commandRun"), "command_run");
        assert_eq!(to_event_name("5"), "my_event");
    }
}
