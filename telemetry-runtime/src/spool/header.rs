//! The header of a segment: the text around the events of an envelope, and the recipient and the consent
//! for which its events were recorded.
//!
//! **Invariants.** It contains no value of a request header and no API key. A header is valid as a whole
//! or not at all.

use super::{checksum::checksum, cursor::Cursor};

const MAGIC: &[u8; 8] = b"telspool";

/// Version of the format.
pub(super) const VERSION: u16 = 1;

/// Maximum length of a header in bytes.
pub(super) const MAX_BYTES: usize = 64 * 1024;

/// Where the checksum is.
const CHECKSUM_AT: usize = 16;

/// The recipient and the consent of events. A segment is sent only by a client with the same identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The format of the envelope.
    pub(crate) wire: u8,
    pub(crate) client_id: String,
    /// Hash of the scheme, host, port and path of the endpoint.
    pub(crate) recipient: u64,
    /// The version of the prompt that the user agreed to; empty without one.
    pub(crate) consent_version: String,
    pub(crate) consent_digest: String,
}

/// The text of an envelope around its events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Frame {
    pub(crate) before_sent: Vec<u8>,
    pub(crate) after_sent: Vec<u8>,
}

impl Frame {
    /// The value of a text key, unless it contains an escape.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        let start = format!("\"{key}\":\"");
        [&self.before_sent, &self.after_sent]
            .into_iter()
            .find_map(|text| {
                let (_, rest) = std::str::from_utf8(text).ok()?.split_once(&*start)?;
                rest.split('"').next()
            })
            .filter(|value| !value.contains('\\'))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Random number of the segment.
    pub(super) id: u64,
    /// Creation time in milliseconds since 1970.
    pub(super) created_ms: u64,
    pub(super) identity: Identity,
    pub(super) frame: Frame,
}

/// Why a header cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeaderError {
    /// It was written by another version of the format.
    OtherVersion,
    Invalid,
}

impl Header {
    /// The bytes of the header; `None` if they would be too many.
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([self.identity.wire, 0]);
        // The length and the checksum.
        bytes.extend([0; 8]);
        bytes.extend(self.id.to_le_bytes());
        bytes.extend(self.created_ms.to_le_bytes());
        bytes.extend(self.identity.recipient.to_le_bytes());
        for field in [
            self.identity.client_id.as_bytes(),
            self.identity.consent_version.as_bytes(),
            self.identity.consent_digest.as_bytes(),
            &self.frame.before_sent,
            &self.frame.after_sent,
        ] {
            bytes.extend(u32::try_from(field.len()).ok()?.to_le_bytes());
            bytes.extend(field);
        }
        if bytes.len() > MAX_BYTES {
            return None;
        }
        let length = u32::try_from(bytes.len()).ok()?.to_le_bytes();
        bytes.get_mut(12..CHECKSUM_AT)?.copy_from_slice(&length);
        let sum = sum(&bytes)?.to_le_bytes();
        bytes
            .get_mut(CHECKSUM_AT..CHECKSUM_AT + 4)?
            .copy_from_slice(&sum);
        Some(bytes)
    }

    /// The header at the start of `bytes`, and its length.
    pub(super) fn decode(bytes: &[u8]) -> Result<(Self, usize), HeaderError> {
        let mut cursor = Cursor(bytes);
        if cursor.array() != Some(*MAGIC) {
            return Err(HeaderError::Invalid);
        }
        match cursor.u16() {
            Some(VERSION) => decode_rest(bytes, cursor).ok_or(HeaderError::Invalid),
            Some(_) => Err(HeaderError::OtherVersion),
            None => Err(HeaderError::Invalid),
        }
    }
}

fn decode_rest(bytes: &[u8], mut cursor: Cursor<'_>) -> Option<(Header, usize)> {
    let wire = cursor.u8()?;
    let _reserved = cursor.u8()?;
    let length = usize::try_from(cursor.u32()?).ok()?;
    let expected = cursor.u32()?;
    let whole = bytes.get(..length).filter(|_| length <= MAX_BYTES)?;
    if sum(whole)? != expected {
        return None;
    }
    let (id, created_ms, recipient) = (cursor.u64()?, cursor.u64()?, cursor.u64()?);
    let mut text = || String::from_utf8(cursor.field()?.to_vec()).ok();
    let identity = Identity {
        wire,
        client_id: text()?,
        recipient,
        consent_version: text()?,
        consent_digest: text()?,
    };
    let frame = Frame {
        before_sent: cursor.field()?.to_vec(),
        after_sent: cursor.field()?.to_vec(),
    };
    let header = Header {
        id,
        created_ms,
        identity,
        frame,
    };
    // A length that ends elsewhere than the fields do is not valid.
    (bytes.len() - cursor.0.len() == length).then_some((header, length))
}

/// The checksum of all bytes except its own.
fn sum(header: &[u8]) -> Option<u32> {
    let before = header.get(..CHECKSUM_AT)?;
    Some(checksum(0, &[before, header.get(CHECKSUM_AT + 4..)?]))
}
