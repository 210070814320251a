//! The names of a spool's files: `v1-<created>-<process>-<random>.seg`.
//!
//! The creation time is in milliseconds since 1970, the random number in hexadecimal. The ending `.tmp`
//! belongs to a segment whose header is not complete, and `.bad` to one whose header is not valid. The
//! names of all versions of the format begin with the version and the creation time.

use super::header::VERSION;

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Segment,
    /// A segment of another version of the format.
    OtherVersion,
    Temporary,
    Bad,
}

/// A file of a spool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) created_ms: u64,
}

/// The name of a new segment, without its ending.
pub(super) fn stem(created_ms: u64, random: u64) -> String {
    let process = std::process::id();
    format!("v{VERSION}-{created_ms}-{process}-{random:016x}")
}

/// `name` with the ending `.bad`.
pub(super) fn bad(name: &str) -> String {
    format!("{}.bad", name.strip_suffix(".seg").unwrap_or(name))
}

impl Entry {
    /// The file with this name; `None` for a file that does not belong to a spool.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        let mut parts = stem.strip_prefix('v')?.split('-');
        let version: u16 = digits(parts.next()?)?;
        let created_ms = digits(parts.next()?)?;
        let current = version == VERSION;
        if current {
            let (_process, random): (u32, _) = (digits(parts.next()?)?, parts.next()?);
            let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            let valid = random.len() == 16 && random.bytes().all(is_hex);
            if !valid || parts.next().is_some() {
                return None;
            }
        }
        let kind = match ending {
            "seg" if current => Kind::Segment,
            "seg" => Kind::OtherVersion,
            "tmp" => Kind::Temporary,
            "bad" => Kind::Bad,
            _ => return None,
        };
        Some(Self {
            name: name.to_owned(),
            kind,
            created_ms,
        })
    }
}

/// Only digits: `parse` alone would also accept a sign.
fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    let valid = text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}
