//! A digest of what is disclosed, declared beside the prompt version: who agreed to the one agreed
//! to the other.
//!
//! It covers what a person consents to and no prose: names and types of fields, the values of closed
//! sets, classes, units, the category of the data, the recipient, the names in the envelope, and the
//! prompt version itself. Better words change nothing; order changes nothing.
//!
//! It is 64-bit FNV-1a, written out here: a few lines that give the same number on every machine and
//! with every compiler. It guards against a forgotten step, not against an attacker, who could
//! change the declared digest as well; that two different disclosures agree by chance happens once
//! in 2^64.

use std::{error, fmt};

use super::{Disclosure, collected::unit_name};
use crate::{
    event::descriptor::{EventDescriptor, FieldDescriptor, FieldType},
    schema::{
        envelope_schema,
        privacy_report::{FieldClass, innermost, values},
    },
};

/// What is disclosed and the prompt version do not belong together; the text says what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DigestError {
    /// The product declares no digest.
    Missing {
        /// What to declare.
        digest: String,
    },
    /// What is disclosed has changed, and the prompt version has not: people would count as having
    /// agreed to what they never saw.
    VersionUnchanged {
        /// The prompt version that people agreed to.
        version: &'static str,
        /// Another version, and what to declare with it.
        next: Option<(String, String)>,
    },
    /// The prompt version has changed, and the digest is that of another one.
    DigestOfAnotherVersion {
        /// The prompt version that is declared.
        version: &'static str,
        /// What to declare with it.
        digest: String,
        /// Whether what is disclosed has changed at all.
        disclosed_the_same: bool,
    },
}

impl fmt::Display for DigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { digest } => write!(
                f,
                "the prompt version has no digest of what is disclosed\n\
                 help: add `.digest(\"{digest}\")` to the `ProductConsent`"
            ),
            Self::VersionUnchanged { version, next } => {
                writeln!(
                    f,
                    "what is disclosed has changed since prompt version {version}: people who agreed to \
                     it have not agreed to this"
                )?;
                match next {
                    Some((next, digest)) => write!(
                        f,
                        "help: raise the prompt version to \"{next}\" and write \
                         `.digest(\"{digest}\")`, so that they are asked again"
                    ),
                    None => f.write_str(
                        "help: raise the prompt version and run this test again, which then says \
                         what digest to write",
                    ),
                }
            }
            Self::DigestOfAnotherVersion {
                version,
                digest,
                disclosed_the_same,
            } => {
                f.write_str(if *disclosed_the_same {
                    "the prompt version has changed, but what is disclosed has not: people would be \
                     asked again\nhelp: if their question reads differently now"
                } else {
                    "the digest is that of another prompt version\nhelp: if people are asked again"
                })?;
                write!(f, ", write `.digest(\"{digest}\")` beside \"{version}\"")
            }
        }
    }
}

impl error::Error for DigestError {}

impl Disclosure {
    /// The digest of what is disclosed under a prompt version: the version, a colon, and 16
    /// hexadecimal digits.
    #[must_use]
    pub fn digest(&self, prompt_version: &str) -> String {
        let mut hash = Fnv::new();
        hash.text(prompt_version);
        hash.text(self.product.disclosed.recipient.unwrap_or_default());
        hash.texts(envelope_schema::fields().map(|(name, _)| name.to_owned()));
        hash.texts(self.events.iter().map(|event| facts(event)));
        format!("{prompt_version}:{:016x}", hash.0)
    }

    /// Checks the digest that the product declares beside its prompt version. Call it in a test.
    /// A product that needs no consent has none to check.
    ///
    /// # Errors
    ///
    /// When one of the two changed without the other; the text says what to do.
    pub fn check_digest(&self) -> Result<(), DigestError> {
        let Some(consent) = &self.product.consent else {
            return Ok(());
        };
        let version = consent.prompt_version;
        let digest = self.digest(version);
        let Some(declared) = consent.digest else {
            return Err(DigestError::Missing { digest });
        };
        if declared == digest {
            return Ok(());
        }
        let of_version = declared.rsplit_once(':').map(|(version, _)| version);
        Err(if of_version == Some(version) {
            let next = following(version).map(|next| {
                let digest = self.digest(&next);
                (next, digest)
            });
            DigestError::VersionUnchanged { version, next }
        } else {
            DigestError::DigestOfAnotherVersion {
                version,
                digest,
                disclosed_the_same: of_version.is_some_and(|of| self.digest(of) == declared),
            }
        })
    }
}

/// "1.1" after "1.0", "3" after "2".
fn following(version: &str) -> Option<String> {
    let (start, last) = match version.rsplit_once('.') {
        Some((start, last)) => (format!("{start}."), last),
        None => (String::new(), version),
    };
    let last: u32 = last.parse().ok()?;
    Some(format!("{start}{}", last.checked_add(1)?))
}

/// An event without its prose. Parts are lists whose order does not matter.
fn facts(event: &EventDescriptor) -> String {
    let category = event.gdpr.category.as_str();
    let mut fields: Vec<String> = event
        .fields
        .iter()
        .map(|field| of_field(field, event.schema_version))
        .collect();
    fields.sort_unstable();
    format!("{}\n{category}\n{}", event.name, fields.join("\n"))
}

fn of_field(field: &FieldDescriptor, schema_version: &str) -> String {
    let mut values = values(&field.ty, schema_version).unwrap_or_default();
    values.sort_unstable();
    let list = matches!(field.ty, FieldType::List(_));
    let kind = match innermost(&field.ty) {
        FieldType::Boolean => "boolean",
        FieldType::Integer => "integer",
        FieldType::Number => "number",
        FieldType::Text(_) | FieldType::Enum(_) | FieldType::List(_) => "text",
    };
    format!(
        "{}\t{}{kind}\t{}\t{}\t{}",
        field.wire_name,
        if list { "list of " } else { "" },
        FieldClass::of(field).as_str(),
        field.unit.map_or("", unit_name),
        values.join("\u{1f}"),
    )
}

/// 64-bit FNV-1a.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// A text and its end: "a", "b" is not "ab".
    fn text(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Texts whose order does not matter, and the end of their list.
    fn texts(&mut self, texts: impl Iterator<Item = String>) {
        let mut texts: Vec<_> = texts.collect();
        texts.sort_unstable();
        for text in &texts {
            self.text(text);
        }
        self.text("");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // From the authors' test vectors; the text's end is a zero byte of its own.
        for (text, hash) in [
            ("", 0xaf63_bd4c_8601_b7df),
            ("foobar", 0x3453_1ca7_168b_8f38),
        ] {
            let mut fnv = Fnv::new();
            fnv.text(text);
            assert_eq!(fnv.0, hash, "{text}");
        }
    }

    #[test]
    fn the_next_version_has_its_last_number_raised() {
        assert_eq!(following("1.0").as_deref(), Some("1.1"));
        assert_eq!(following("1.9").as_deref(), Some("1.10"));
        assert_eq!(following("7").as_deref(), Some("8"));
        assert_eq!(following("draft"), None);
    }
}
