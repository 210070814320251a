//! A digest of the disclosed data, which a product declares beside its prompt version. It ensures that
//! a yes to a version is a yes to the data that the version disclosed.
//!
//! It covers the facts that a user agrees to: names and types of fields, the values of closed sets,
//! classes, units, the category of the data, the recipient, the data that the recipient derives from the
//! connection, the names in the envelope, the names of the product's headers, whether programs that it
//! starts have the same session id, whether events are held in files, and the prompt version.
//! Wording and order do not change it.
//!
//! It is 64-bit FNV-1a, which is the same on every machine and with every compiler. It detects a
//! forgotten version, not an attacker, who could change the declared digest too. Two different
//! disclosures have the same digest with a probability of 2^-64.

use super::{
    Disclosure,
    collected::{constant_texts, envelope_fields},
    held_events,
};
use crate::{
    event::descriptor::{EventDescriptor, FieldDescriptor, FieldType, Unit},
    schema::{
        declaration::{Disclosed, DisclosedData},
        privacy_report::{FieldClass, innermost, values},
    },
    util::const_str::{HASH_START, hash_on},
};

impl Disclosure {
    /// The digest of the disclosed data and a prompt version: the version, a colon, and 16 hexadecimal
    /// digits.
    ///
    /// [`assert_digest`](crate::testing::assert_digest) compares it with the digest that the product
    /// declares.
    #[cfg(feature = "consent")]
    #[must_use]
    pub fn digest(&self, prompt_version: &str) -> String {
        format!("{prompt_version}:{:016x}", self.hash(prompt_version))
    }

    fn hash(&self, prompt_version: &str) -> u64 {
        let recipient = self.product.disclosure_facts.recipient.unwrap_or_default();
        let mut hash = hash_text(hash_text(HASH_START, prompt_version), recipient);
        let envelope = envelope_fields(self.product).map(|(name, _)| name.to_owned());
        // A value that differs between builds, such as a version, is not part of the digest.
        let texts = constant_texts(self.product);
        let texts = texts.map(|(name, text)| format!("{name}\t{text}"));
        hash = hash_set(hash, envelope.chain(texts));
        let headers = self.product.headers.iter();
        let headers = headers.map(|(name, _)| format!("header\t{name}"));
        let key = self.product.api_key_header;
        let key = key.map(|name| format!("API key\t{name}"));
        let mut headers = headers.chain(key).peekable();
        if headers.peek().is_some() {
            hash = hash_set(hash, headers);
        }
        hash = hash_set(hash, self.events().map(event_facts));
        if self.product.session && self.product.session_variable.is_some() {
            hash = hash_text(hash, "session of children");
        }
        if held_events::are_in_files(self.product) {
            hash = hash_text(hash, "events in files");
        }
        if let Some(derived) = self.product.disclosure_facts.derived {
            hash = hash_text(hash_text(hash, "derived from the connection"), derived);
        }
        hash
    }

    /// A message with the change to make, if the declared digest differs from that of the prompt version
    /// and the disclosed data. A product that does not require consent has no digest.
    #[cfg(all(feature = "consent", feature = "testing"))]
    pub(crate) fn digest_problem(&self) -> Option<String> {
        let consent = self.product.consent.as_ref()?;
        let version = consent.prompt_version;
        let digest = self.digest(version);
        let Some(declared) = consent.digest else {
            return Some(format!(
                "the prompt version has no digest of the disclosed data\n\
                 help: add `.digest(\"{digest}\")` to the `ProductConsent`"
            ));
        };
        if declared == digest {
            return None;
        }
        let of_version = declared.rsplit_once(':').map(|(version, _)| version);
        if of_version == Some(version) {
            let help = match next_version(version) {
                Some(next) => format!(
                    "raise the prompt version to \"{next}\" and write `.digest(\"{}\")`, so that users \
                     are asked again",
                    self.digest(&next)
                ),
                None => "raise the prompt version and run this test again, which then prints the \
                         digest to write"
                    .to_owned(),
            };
            return Some(format!(
                "the disclosed data has changed since prompt version {version}: users who agreed to \
                 that version have not agreed to this data\nhelp: {help}"
            ));
        }
        let problem = if of_version.is_some_and(|of| self.digest(of) == declared) {
            "the prompt version has changed, but the disclosed data has not: users would be asked \
             again\nhelp: if this is intended, for example because the question has changed"
        } else {
            "the digest is that of another prompt version\nhelp: if users are to be asked again"
        };
        Some(format!(
            "{problem}, write `.digest(\"{digest}\")` beside \"{version}\""
        ))
    }
}

impl Disclosed for Disclosure {
    fn disclosed(self) -> DisclosedData {
        DisclosedData {
            product: self.product.name,
            // A new prompt version alone does not change the disclosed data.
            digest: format!("{:016x}", self.hash("")),
        }
    }
}

/// "1.1" after "1.0", "3" after "2".
#[cfg(all(feature = "consent", feature = "testing"))]
fn next_version(version: &str) -> Option<String> {
    let (start, last) = match version.rsplit_once('.') {
        Some((start, last)) => (format!("{start}."), last),
        None => (String::new(), version),
    };
    let last: u32 = last.parse().ok()?;
    Some(format!("{start}{}", last.checked_add(1)?))
}

/// An event without its prose, independent of the order of its fields.
fn event_facts(event: &EventDescriptor) -> String {
    let category = event.gdpr.category.as_str();
    let fields = match event.fields {
        [] => "\n".to_owned(),
        fields => fields_facts(fields, event.schema_version, "\n"),
    };
    format!("{}\n{category}{fields}", event.name)
}

fn field_facts(field: &FieldDescriptor, schema_version: &str) -> String {
    let mut values = values(&field.ty, schema_version).unwrap_or_default();
    values.sort_unstable();
    let list = matches!(field.ty, FieldType::List(_));
    let kind = match innermost(&field.ty) {
        FieldType::Boolean => "boolean",
        FieldType::Integer => "integer",
        FieldType::Number => "number",
        FieldType::Text(_) | FieldType::Enum(_) | FieldType::List(_) => "text",
        FieldType::Object(_) => "objects",
    };
    let items = field.ty.item_fields().unwrap_or_default();
    format!(
        "{}\t{}{kind}\t{}\t{}\t{}{}",
        field.wire_name,
        if list { "list of " } else { "" },
        FieldClass::of(field).as_str(),
        field.unit.map_or("", Unit::as_str),
        values.join("\u{1f}"),
        fields_facts(items, schema_version, "\u{1e}"),
    )
}

/// The facts of each field after `separator`, independent of their order.
fn fields_facts(fields: &[FieldDescriptor], schema_version: &str, separator: &str) -> String {
    let mut facts: Vec<String> = fields
        .iter()
        .map(|field| field_facts(field, schema_version))
        .collect();
    facts.sort_unstable();
    facts.iter().flat_map(|facts| [separator, facts]).collect()
}

/// Adds a text and a terminator to `hash`, so that "a", "b" differs from "ab".
const fn hash_text(hash: u64, text: &str) -> u64 {
    hash_on(hash_on(hash, text), "\0")
}

/// Adds texts and a terminator to `hash`, independent of their order.
fn hash_set(hash: u64, texts: impl Iterator<Item = String>) -> u64 {
    let mut texts: Vec<_> = texts.collect();
    texts.sort_unstable();
    hash_text(
        texts.iter().fold(hash, |hash, text| hash_text(hash, text)),
        "",
    )
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_has_its_last_number_raised() {
        assert_eq!(next_version("1.0").as_deref(), Some("1.1"));
        assert_eq!(next_version("1.9").as_deref(), Some("1.10"));
        assert_eq!(next_version("7").as_deref(), Some("8"));
        assert_eq!(next_version("draft"), None);
    }
}
