//! The lock of a document: facts about its fields that a JSON Schema cannot hold.
//!
//! # Layout
//!
//! ```json
//! {
//!     "lockVersion": 1,
//!     "schemaVersion": "1.9",
//!     "disclosure": "sha256:0b5c",
//!     "events": {
//!         "run_event": {
//!             "schema": "1.9",
//!             "file": "src/events.rs",
//!             "path": "RunEvent",
//!             "owner": "team-runs",
//!             "review": "2027-01-31",
//!             "expires": "2027-12-31",
//!             "limit": "100/min",
//!             "fields": {
//!                 "inputTokens": {
//!                     "path": "RunEvent::input_tokens",
//!                     "sentinel": -1,
//!                     "default": -1,
//!                     "unit": "tokens",
//!                     "range": {"min": -1, "max": 1000000},
//!                     "privacyClass": "number",
//!                     "why": "How long are inputs?",
//!                     "since": "1.9"
//!                 },
//!                 "records": {"bucketEdges": [1, 101], "labels": ["0", "1-100", "101+"]},
//!                 "status": {"values": {"success": {}, "lost": {"since": "1.4", "retired": "1.8"}}},
//!                 "task": {"privacyClass": "free text", "reason": "Reviewed 2026-10-01."},
//!                 "steps": {"maxItems": 20, "fields": {"ms": {"unit": "ms"}}}
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! `lockVersion`, `schemaVersion`, `events`, and of each event `schema` and `fields` are required; all
//! other keys are optional. `values` lists the values of an enum that the product knows. The `retired` of a
//! value is a version, or `true` for the version of the event. `fields` inside of a field has the fields of
//! a list's items. A `file` of a field replaces that of its event.
//!
//! **Invariants.** An unknown key is refused, so that a new kind of fact is never ignored.

mod read;

use serde_json::Value;

use crate::{document::Place, version::Version};

pub use self::read::{load, read};

/// A lock.
#[derive(Debug, Clone)]
pub struct Lock {
    /// Name of the file as the user wrote it.
    pub file: String,
    /// Version of the document that the lock describes.
    pub version: Version,
    /// Digest of the disclosure.
    pub disclosure: Option<String>,
    /// The place of the digest; the start of the lock if it has none.
    pub disclosure_place: Place,
    /// The events in the order of the file.
    pub events: Vec<LockedEvent>,
}

/// Facts about an event.
#[derive(Debug, Clone)]
pub struct LockedEvent {
    /// Wire name.
    pub name: String,
    /// `eventSchemaVer` of its payloads.
    pub schema: Version,
    /// `limit`, such as `100/min`.
    pub limit: Option<String>,
    /// `owner`, `review` and `expires`.
    pub notes: Vec<(&'static str, Option<String>)>,
    /// The declaration in the code.
    pub code: Option<CodePlace>,
    /// Its fields in the order of the file; those of list items have a path of two names.
    pub fields: Vec<LockedField>,
    /// Its place in the lock.
    pub place: Place,
}

/// Facts about a field.
#[derive(Debug, Clone)]
pub struct LockedField {
    /// Wire names: the field, or a list and a field of its items.
    pub path: Vec<String>,
    /// The value for "unknown".
    pub sentinel: Option<Value>,
    /// The value of a new event.
    pub default: Option<Value>,
    /// The unit, such as `ms`.
    pub unit: Option<String>,
    /// The range that producers keep.
    pub range: Option<Value>,
    /// The edges of its buckets.
    pub bucket_edges: Option<Value>,
    /// The labels that it can have.
    pub labels: Option<Vec<String>>,
    /// The values of an enum that the product can send.
    pub values: Option<Vec<LockedValue>>,
    /// `constant`, `closed`, `number`, `program text` or `free text`.
    pub privacy_class: Option<PrivacyClass>,
    /// `why`, and the reason for free text.
    pub notes: Vec<(&'static str, Option<String>)>,
    /// The first version with the field.
    pub since: Option<Version>,
    /// The first version that sends only the sentinel.
    pub retired: Option<Version>,
    /// The longest list.
    pub max_items: Option<u64>,
    /// The declaration in the code.
    pub code: Option<CodePlace>,
    /// Its place in the lock.
    pub place: Place,
}

impl LockedField {
    /// The only value of a constant field with text.
    #[must_use]
    pub fn constant(&self) -> Option<&str> {
        let value = self.default.as_ref().or(self.sentinel.as_ref());
        let is_constant = self.privacy_class == Some(PrivacyClass::Constant);
        value.filter(|_| is_constant)?.as_str()
    }
}

/// A value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedValue {
    /// The value on the wire.
    pub name: String,
    /// The first version with the value.
    pub since: Option<Version>,
    /// The first version that does not send it.
    pub retired: Option<Version>,
}

/// Kind of a field's values, from the least about the user to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrivacyClass {
    /// The same value in every event.
    Constant,
    /// A value of a set that is known at compile time.
    Closed,
    /// A number.
    Number,
    /// Text of the program.
    ProgramText,
    /// Text whose values are not known at compile time.
    FreeText,
}

impl PrivacyClass {
    /// All classes.
    pub const ALL: [Self; 5] = [
        Self::Constant,
        Self::Closed,
        Self::Number,
        Self::ProgramText,
        Self::FreeText,
    ];

    /// The name in a lock.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Closed => "closed",
            Self::Number => "number",
            Self::ProgramText => "program text",
            Self::FreeText => "free text",
        }
    }
}

/// The declaration of an event or a field in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePlace {
    /// File, as a path from the root of the repository.
    pub file: String,
    /// `Struct` or `Struct::field`.
    pub path: String,
}

impl Lock {
    /// The event with a wire name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&LockedEvent> {
        self.events.iter().find(|event| event.name == name)
    }
}

impl LockedEvent {
    /// The field with a path of wire names.
    #[must_use]
    pub fn field(&self, path: &[String]) -> Option<&LockedField> {
        self.fields.iter().find(|field| field.path == path)
    }
}
