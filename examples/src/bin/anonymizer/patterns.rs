//! Finds e-mail addresses and long numbers (telephone, account, card) in a text.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
};

use telemetry_examples::anonymizer::Strategy;

/// Minimum number of digits of a personal number.
const MIN_DIGITS: usize = 7;

/// A part of a text.
struct Entity {
    kind: &'static str,
    at: Range<usize>,
}

/// Applies the strategy to the entities of a text; `None` if the strategy needs a language model.
pub(crate) fn anonymize(text: &str, strategy: Strategy) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for entity in entities(text) {
        let found = text.get(entity.at.clone()).unwrap_or_default();
        let kind = entity.kind;
        out.push_str(text.get(end..entity.at.start).unwrap_or_default());
        out.push_str(&match strategy {
            Strategy::Annotate => format!("{found} [{kind}]"),
            Strategy::Redact => format!("[{kind}]"),
            Strategy::Hash => format!("[{kind} {:016x}]", hash(found)),
            Strategy::Substitute | Strategy::Rewrite => return None,
        });
        end = entity.at.end;
    }
    out.push_str(text.get(end..).unwrap_or_default());
    Some(out)
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn entities(text: &str) -> Vec<Entity> {
    let in_address = |c: char| c.is_alphanumeric() || "._%+-@".contains(c);
    let in_number = |c: char| c.is_ascii_digit() || "+-/(). ".contains(c);
    let is_address = |run: &str| {
        let parts = run.split_once('@');
        parts.is_some_and(|(name, host)| !name.is_empty() && host.trim_matches('.').contains('.'))
    };
    let is_number = |run: &str| run.chars().filter(char::is_ascii_digit).count() >= MIN_DIGITS;
    let mut found = runs(text, "EMAIL", in_address, is_address);
    for number in runs(text, "NUMBER", in_number, is_number) {
        let overlaps = |it: &Entity| it.at.start < number.at.end && number.at.start < it.at.end;
        if !found.iter().any(overlaps) {
            found.push(number);
        }
    }
    found.sort_by_key(|entity| entity.at.start);
    found
}

/// The longest runs of characters that `allowed` accepts, without surrounding punctuation, if
/// `is_entity` accepts them.
fn runs(
    text: &str,
    kind: &'static str,
    allowed: impl Fn(char) -> bool,
    is_entity: impl Fn(&str) -> bool,
) -> Vec<Entity> {
    let runs = text.split(|c| !allowed(c));
    runs.map(|run| run.trim_start_matches(|c: char| !c.is_alphanumeric() && !"+(".contains(c)))
        .map(|run| run.trim_end_matches(|c: char| !c.is_alphanumeric()))
        .filter(|run| is_entity(run))
        .map(|run| {
            // `run` is a slice of `text`.
            let start = run.as_ptr().addr() - text.as_ptr().addr();
            let at = start..start + run.len();
            Entity { kind, at }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_long_numbers_are_redacted() {
        let redact = |text| anonymize(text, Strategy::Redact).unwrap();
        assert_eq!(
            redact("Write to ann@mail.invalid. Or call +49 (30) 555-0100!"),
            "Write to [EMAIL]. Or call [NUMBER]!"
        );
        assert_eq!(redact("Or (555) 010-0199."), "Or [NUMBER].");
        assert_eq!(redact("In 2024, 3 of 10."), "In 2024, 3 of 10.");
        assert_eq!(redact("a @ b, @home"), "a @ b, @home");
        assert_eq!(redact("é5550100@x.invalid ü"), "[EMAIL] ü");
    }

    #[test]
    fn strategies_other_than_redact() {
        let text = "ann@mail.invalid";
        assert_eq!(
            anonymize(text, Strategy::Annotate).unwrap(),
            "ann@mail.invalid [EMAIL]"
        );
        let hashed = anonymize(text, Strategy::Hash).unwrap();
        assert!(hashed.starts_with("[EMAIL ") && !hashed.contains("ann"));
        assert_eq!(anonymize(text, Strategy::Rewrite), None);
    }
}
