//! Violations in groups, and records that cannot be read. Both are limited in number.

use std::collections::HashMap;

use crate::version::Version;

/// Groups of violations that are kept. The others are only counted.
const MAX_GROUPS: usize = 200;
/// Unreadable records that are kept. The others are only counted.
const MAX_UNREADABLE: usize = 50;
/// Longest text of a payload in a message, in characters.
const LONGEST: usize = 60;

macro_rules! declare {
    ($($(#[$docs:meta])* $rule:ident = $id:literal: $title:literal;)+) => {
        /// A rule that an event violates.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule {
            $(#[doc = $title] $rule,)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$rule),+];

            /// The name in reports.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$rule => $id,)+
                }
            }

            /// The rule in one sentence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$rule => $title,)+
                }
            }
        }
    };
}

declare! {
    MalformedEvent = "MALFORMED_EVENT": "An event has a name, a version and parameters.";
    UnknownEvent = "UNKNOWN_EVENT": "A document has the event.";
    UnknownVersion = "UNKNOWN_VERSION": "A document has this version of the event.";
    ClientId = "CLIENT_ID": "The client id of the envelope is that of the document.";
    MissingField = "MISSING_FIELD": "A payload has every required field.";
    UnknownField = "UNKNOWN_FIELD": "A payload has only fields of the document.";
    WrongType = "WRONG_TYPE": "A value has the type of its field.";
    NotInEnum = "NOT_IN_ENUM": "A value is in the enum of its field.";
    OutOfRange = "OUT_OF_RANGE": "A number is in the range of its field.";
    WrongLength = "WRONG_LENGTH": "A string or a list has a length that its field allows.";
    NotALabel = "NOT_A_LABEL": "A value is in the labels of the lock.";
    NotDeclared = "NOT_DECLARED": "A value is in the values of the lock.";
    OutOfLockedRange = "OUT_OF_LOCKED_RANGE": "A number is in the range of the lock.";
    TooManyItems = "TOO_MANY_ITEMS": "A list has at most as many items as the lock allows.";
    RetiredField = "RETIRED_FIELD": "A retired field has its sentinel.";
    RetiredValue = "RETIRED_VALUE": "A retired value is not sent.";
    EarlyField = "EARLY_FIELD": "A field is sent only since the version of the lock.";
    EarlyValue = "EARLY_VALUE": "A value is sent only since the version of the lock.";
}

/// The place of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Line of the input, from 1.
    pub line: usize,
    /// JSON pointer in the record.
    pub pointer: String,
}

/// The same violation of one or more events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The rule.
    pub rule: Rule,
    /// Wire name of the event; empty if it has none.
    pub event: String,
    /// `eventSchemaVer`, if it is a version.
    pub version: Option<Version>,
    /// The field: wire names with `/` between them, without the positions of list items.
    pub field: String,
    /// The number of violations.
    pub count: u64,
    /// Place of the first one.
    pub first: Place,
    /// The mistake of the first one.
    pub wrong: String,
    /// `case` of the first one: the name of a generated payload.
    pub case: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key(Rule, String, Option<Version>, String);

/// All violations.
#[derive(Debug, Clone, Default)]
pub struct Violations {
    groups: Vec<Group>,
    known: HashMap<Key, usize>,
    total: u64,
    beyond: u64,
    /// `case` of the current event.
    case: Option<String>,
}

/// One violation.
impl From<Group> for Violations {
    fn from(group: Group) -> Self {
        Self {
            total: group.count,
            groups: vec![group],
            ..Self::default()
        }
    }
}

impl Violations {
    /// The groups in the order of their first violation.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The number of violations.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Violations that are counted, but in no group, because there were too many groups.
    #[must_use]
    pub const fn beyond(&self) -> u64 {
        self.beyond
    }

    /// Names the next event.
    pub(super) fn set_case(&mut self, case: Option<&str>) {
        self.case = case.map(shortened);
    }

    /// Adds the violations of a later event.
    pub(super) fn add(&mut self, later: &Self) {
        self.total += later.total;
        self.beyond += later.beyond;
        for group in &later.groups {
            let key = Key(
                group.rule,
                group.event.clone(),
                group.version,
                group.field.clone(),
            );
            if let Some(known) = self.known.get(&key).and_then(|at| self.groups.get_mut(*at)) {
                known.count += group.count;
            } else if self.groups.len() >= MAX_GROUPS {
                self.beyond += group.count;
            } else {
                self.known.insert(key, self.groups.len());
                self.groups.push(group.clone());
            }
        }
    }

    pub(super) fn push(
        &mut self,
        rule: Rule,
        event: &str,
        version: Option<Version>,
        field: &str,
        first: Place,
        wrong: impl FnOnce() -> String,
    ) {
        self.total += 1;
        let key = Key(rule, shortened(event), version, field.to_owned());
        if let Some(group) = self.known.get(&key).and_then(|at| self.groups.get_mut(*at)) {
            group.count += 1;
            return;
        }
        if self.groups.len() >= MAX_GROUPS {
            self.beyond += 1;
            return;
        }
        self.groups.push(Group {
            rule,
            event: key.1.clone(),
            version,
            field: key.3.clone(),
            count: 1,
            first,
            wrong: wrong(),
            case: self.case.clone(),
        });
        self.known.insert(key, self.groups.len() - 1);
    }
}

/// Records that are not telemetry.
#[derive(Debug, Clone, Default)]
pub struct Unreadable {
    /// The first ones: line, column and mistake.
    pub first: Vec<(usize, usize, String)>,
    /// Their number.
    pub total: u64,
}

impl Unreadable {
    pub(super) fn push(&mut self, line: usize, column: usize, wrong: &str) {
        self.total += 1;
        if self.first.len() < MAX_UNREADABLE {
            // The mistake can contain a key of the payload.
            self.first.push((line, column, limited(wrong, 2 * LONGEST)));
        }
    }
}

/// Text of a payload for a message: at most 60 characters.
pub(super) fn shortened(text: &str) -> String {
    limited(text, LONGEST)
}

fn limited(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
