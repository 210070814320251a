//! An event in memory.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    json::{Kind, Node},
    live::Group,
};

/// Longest name in a list, in characters. The detail of an event has the whole name.
const LONGEST_NAME: usize = 200;

/// The result of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Valid,
    Invalid,
    /// There is no document.
    Unchecked,
}

impl Verdict {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unchecked => "unchecked",
        }
    }
}

/// A violation of one event.
#[derive(Debug, Clone)]
pub(super) struct Mistake {
    pub(super) rule: &'static str,
    pub(super) title: &'static str,
    pub(super) pointer: String,
    /// Wire names with `/` between them.
    pub(super) field: String,
    pub(super) wrong: String,
    pub(super) count: u64,
}

impl Mistake {
    /// The field and the mistake.
    fn line(&self) -> String {
        match &*self.field {
            "" => shortened(&self.wrong),
            field => shortened(&format!("{field}: {}", self.wrong)),
        }
    }
}

impl From<&Group> for Mistake {
    fn from(group: &Group) -> Self {
        Self {
            rule: group.rule.id(),
            title: group.rule.title(),
            pointer: group.first.pointer.clone(),
            field: group.field.clone(),
            wrong: group.wrong.clone(),
            count: group.count,
        }
    }
}

/// An event, or a request that is not an envelope.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// From 1, in the order of arrival.
    pub(super) id: u64,
    /// The number of the request, from 1.
    pub(super) request: u64,
    /// Milliseconds since 1970 at the arrival.
    pub(super) arrived: u64,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) session: String,
    /// `ts` of the event.
    pub(super) recorded: String,
    pub(super) verdict: Verdict,
    pub(super) mistakes: Vec<Mistake>,
    /// The event as compact JSON. Empty if the request is not an envelope.
    pub(super) event: String,
    /// The envelope without its events, as compact JSON.
    pub(super) envelope: Arc<str>,
}

impl Entry {
    /// Bytes that the limit of the memory counts.
    pub(super) fn bytes(&self) -> usize {
        let mistakes = self.mistakes.iter();
        let mistakes = mistakes.map(|it| it.pointer.len() + it.wrong.len() + it.field.len());
        self.event.len() + self.name.len() + self.session.len() + mistakes.sum::<usize>() + 256
    }

    /// The line of a list.
    pub(super) fn summary(&self) -> Value {
        json!({
            "id": self.id,
            "request": self.request,
            "arrived": self.arrived,
            "name": shortened(&self.name),
            "version": shortened(&self.version),
            "session": shortened(&self.session),
            "recorded": shortened(&self.recorded),
            "verdict": self.verdict.as_str(),
            "bytes": self.event.len(),
            "mistakes": self.mistakes.len(),
            "first": self.mistakes.first().map(Mistake::line),
        })
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The string under a key; empty if it is not a string.
pub(super) fn text_of(node: &Node, key: &str) -> String {
    match node.get(key).map(|it| &it.kind) {
        Some(Kind::Text(text)) => text.clone(),
        _ => String::new(),
    }
}
