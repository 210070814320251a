//! The data dictionary: a registry document, its lock and its history as a page for readers.
//!
//! [`Dictionary::new`] collects the facts, [`markdown`] and [`html`] write them.
//!
//! **Invariants.** The output depends only on the content of the inputs, never on their paths or on the
//! time. Text of a document is escaped where it is written, so a document cannot add markup.

mod entries;
mod facts;
pub mod html;
pub mod markdown;
mod past;
mod sample;
mod types;
mod visible;

use serde_json::Value;

use crate::{history::Released, version::Version};

/// Everything that a dictionary contains, in the order of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Dictionary {
    /// Description of the document.
    pub description: String,
    /// Version of the document.
    pub version: Version,
    /// Facts about the document.
    pub facts: Vec<Fact>,
    /// The events in the order of the document.
    pub events: Vec<EventEntry>,
    /// The shared types in the order of the document.
    pub types: Vec<TypeEntry>,
    /// Fields with free text. `None` without a lock.
    pub free_text: Option<Vec<FreeText>>,
    /// Events of the history that the document does not have.
    pub removed: Vec<Removed>,
    /// Changes of each version, the latest first. Empty without a history.
    pub versions: Vec<VersionEntry>,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words of this program.
    Plain(String),
    /// Words of a document; text between backticks is code.
    Words(String),
    /// A value or a name of a document.
    Code(String),
    /// The name of another entry.
    Link(Target, String),
}

/// An entry that a link can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An event.
    Event(String),
    /// A field of an event, with the path of its wire names.
    Field(String, Vec<String>),
    /// A shared type.
    Type(String),
}

/// A fact with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The name, such as `Unit`.
    pub name: &'static str,
    /// The value.
    pub value: Vec<Piece>,
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventEntry {
    /// Wire name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Category of its data, such as `functional`.
    pub category: String,
    /// Facts about the event.
    pub facts: Vec<Fact>,
    /// Its fields; the fields of a list's items follow the list.
    pub fields: Vec<FieldEntry>,
    /// Fields of the history that the event does not have.
    pub removed: Vec<Removed>,
    /// A payload that the schema accepts; `None` if a valid one is very long.
    pub sample: Option<Value>,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldEntry {
    /// Wire names from the event to the field.
    pub path: Vec<String>,
    /// `optional`, `added in 1.9`, `retired in 1.10`.
    pub marks: Vec<String>,
    /// Its type.
    pub ty: Vec<Piece>,
    /// Unit, range, sentinel and similar facts.
    pub facts: Vec<Fact>,
    /// Description.
    pub description: String,
    /// Class, reason and question of the field.
    pub purpose: Vec<Fact>,
}

/// A shared type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeEntry {
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// The type without its values.
    pub ty: Vec<Piece>,
    /// The fields that use it.
    pub used_by: Vec<Piece>,
    /// The values of an enum.
    pub values: Vec<ValueEntry>,
    /// Values of the history that the enum does not have.
    pub removed: Vec<Removed>,
}

/// A value of a shared enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueEntry {
    /// The value on the wire.
    pub value: String,
    /// The fields that can send it. `None` without a lock.
    pub sent_by: Option<Vec<Piece>>,
    /// `added in 1.9`.
    pub marks: Vec<String>,
}

/// A field with free text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeText {
    /// Link to the field.
    pub field: Piece,
    /// The reason of its review, if the lock has one.
    pub reason: Option<String>,
}

/// An entry that only earlier versions have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Its name: an event, the path of a field, or a value.
    pub name: String,
    /// Its last description; empty for a value.
    pub description: String,
    /// The last version with it.
    pub last: Version,
    /// The first version without it.
    pub removed: Version,
}

/// The changes of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionEntry {
    /// The version.
    pub version: Version,
    /// The version before it; `None` for the earliest one of the history.
    pub before: Option<Version>,
    /// Changes that need a version.
    pub changes: Vec<ChangeEntry>,
    /// Number of other changes, such as descriptions.
    pub others: usize,
}

/// A change between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeEntry {
    /// The change in a few words.
    pub title: &'static str,
    /// The place.
    pub place: Vec<Piece>,
    /// The value before, shortened.
    pub before: Option<Piece>,
    /// The value after, shortened.
    pub after: Option<Piece>,
}

impl Dictionary {
    /// Collects the facts about a document.
    ///
    /// `history` has the released documents in the order of their versions. Documents with the version of
    /// `current` or a later one are not used.
    #[must_use]
    pub fn new(current: &Released, history: &[Released]) -> Self {
        entries::dictionary(current, history)
    }
}

impl Target {
    /// The anchor of the entry: letters, digits, `_`, `-`, `:` and `~`.
    #[must_use]
    pub fn anchor(&self) -> String {
        let (kind, names) = match self {
            Self::Event(name) => ("event", vec![name]),
            Self::Field(event, path) => ("event", std::iter::once(event).chain(path).collect()),
            Self::Type(name) => ("type", vec![name]),
        };
        let mut anchor = kind.to_owned();
        for name in names {
            anchor.push(':');
            for character in name.chars() {
                if character.is_ascii_alphanumeric() || matches!(character, '_' | '-') {
                    anchor.push(character);
                } else {
                    anchor.push_str(&format!("~{:x}~", u32::from(character)));
                }
            }
        }
        anchor
    }
}

impl FieldEntry {
    /// The path with dots, and `[]` after the name of a list.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.path.join("[].")
    }
}

/// Program text of a line.
fn plain(text: impl Into<String>) -> Piece {
    Piece::Plain(text.into())
}

fn fact(name: &'static str, value: Vec<Piece>) -> Fact {
    Fact { name, value }
}

/// Values with commas between them.
fn codes<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<Piece> {
    listed(
        values
            .into_iter()
            .map(|value| Piece::Code(value.to_owned())),
    )
}

fn listed(pieces: impl IntoIterator<Item = Piece>) -> Vec<Piece> {
    let mut all = Vec::new();
    for piece in pieces {
        if !all.is_empty() {
            all.push(plain(", "));
        }
        all.push(piece);
    }
    all
}

impl VersionEntry {
    /// The entry in one sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        let Some(before) = self.before else {
            return "The earliest version of the history.".to_owned();
        };
        let counted = |count: usize| match count {
            0 => "No change".to_owned(),
            1 => "1 change".to_owned(),
            count => format!("{count} changes"),
        };
        let others = match self.others {
            0 => String::new(),
            1 => ", and 1 that does not need a version".to_owned(),
            count => format!(", and {count} that do not need a version"),
        };
        format!("{} since {before}{others}.", counted(self.changes.len()))
    }
}
