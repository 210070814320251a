//! The documents and locks of a check.

use std::collections::HashMap;

use crate::{
    document::Event,
    error::{InputError, Problem},
    history::Released,
    lock::CodePlace,
    version::Version,
};

use super::{findings::Group, plan::Plan};

/// The events of one or more documents.
#[derive(Debug, Clone)]
pub struct Contracts {
    plans: Vec<Plan>,
    /// The plans of each event, from the earliest document to the latest.
    by_name: HashMap<String, Vec<usize>>,
    /// Whether each plan accepts the payloads of the previous one of its event. Comparing them for every payload
    /// would cost more than the check.
    unchanged: Vec<bool>,
}

/// The reason why an event is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Miss {
    Event,
    /// The known versions as text.
    Version(String),
}

impl Contracts {
    /// The events of documents with their locks.
    ///
    /// A document may be given twice, such as the current one and its released copy. The one with a lock
    /// is used, otherwise the first one.
    ///
    /// # Errors
    ///
    /// Two documents of one version accept different payloads of an event.
    pub fn new(mut released: Vec<Released>) -> Result<Self, InputError> {
        released.sort_by_key(|it| (it.document.meta.version, it.lock.is_none()));
        let mut plans: Vec<Plan> = Vec::new();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut unchanged = Vec::new();
        for (at, one) in released.iter().enumerate() {
            let version = one.document.meta.version;
            let is_current = !released.iter().skip(at + 1).any(|later| {
                let events = &one.document.events;
                let shares = events
                    .iter()
                    .any(|event| later.document.event(&event.name).is_some());
                later.document.meta.version > version && shares
            });
            for event in &one.document.events {
                let known = by_name.entry(event.name.clone()).or_default();
                let before = known.last().and_then(|at| plans.get(*at));
                if let Some(before) = before.filter(|plan| plan.document == version) {
                    if before.shape != event.payload {
                        return Err(conflict(before, event, &one.document.file));
                    }
                    continue;
                }
                let before = known.last().and_then(|at| plans.get(*at));
                unchanged.push(before.is_some_and(|before| before.shape == event.payload));
                known.push(plans.len());
                plans.push(Plan::new(one, event, is_current));
            }
        }
        Ok(Self {
            plans,
            by_name,
            unchanged,
        })
    }

    /// The events, from the earliest document to the latest.
    #[must_use]
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// Whether a document has an event.
    #[must_use]
    pub fn has_event(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The event that describes a payload. Without a version, it is that of the latest document.
    #[must_use]
    pub fn plan(&self, name: &str, version: Option<Version>) -> Option<&Plan> {
        let (at, _) = self.find(name, version).ok()?;
        self.plans.get(at)
    }

    /// The declaration of the field that a violation concerns.
    #[must_use]
    pub fn code_of(&self, group: &Group) -> Option<&CodePlace> {
        let (at, _) = self.find(&group.event, group.version).ok()?;
        let fields = self.plans.get(at)?.all_fields();
        let field = fields
            .iter()
            .find(|field| field.path.join("/") == group.field)?;
        field.code.as_ref()
    }

    /// The plan for a payload. Without a version, it is that of the latest document.
    ///
    /// A lock names the version of each event. Without a lock, an event keeps its version while the
    /// document's version rises, so the first document that is not earlier describes it.
    pub(super) fn find(
        &self,
        name: &str,
        version: Option<Version>,
    ) -> Result<(usize, Version), Miss> {
        let known = self.by_name.get(name).ok_or(Miss::Event)?;
        let plans = || {
            known
                .iter()
                .filter_map(|at| Some((*at, self.plans.get(*at)?)))
        };
        let Some(version) = version else {
            let (at, plan) = plans().next_back().ok_or(Miss::Event)?;
            return Ok((at, plan.version()));
        };
        let locked = plans().rfind(|(_, plan)| plan.schema == Some(version));
        let unlocked = || {
            let mut later = plans()
                .skip_while(|(_, plan)| plan.schema.is_some() || plan.document < version)
                .take_while(|(_, plan)| plan.schema.is_none());
            let (mut at, first) = later.next()?;
            // An event that did not change is counted for the latest document.
            let is_unchanged = |at: &usize| self.unchanged.get(*at) == Some(&true);
            for (next, _) in later.take_while(|(at, _)| is_unchanged(at)) {
                at = next;
            }
            Some((at, first))
        };
        match locked.or_else(unlocked) {
            Some((at, _)) => Ok((at, version)),
            None => {
                let mut names: Vec<_> = plans()
                    .map(|(_, plan)| match plan.schema {
                        Some(schema) => schema.to_string(),
                        None => format!("versions up to {}", plan.document),
                    })
                    .collect();
                names.dedup();
                // The latest documents are the most useful ones.
                let skipped = names.len().saturating_sub(5);
                Err(Miss::Version(names.split_off(skipped).join(", ")))
            }
        }
    }
}

fn conflict(before: &Plan, event: &Event, file: &str) -> InputError {
    Problem::new(
        format!(
            "`{}` also has version {}, but accepts other payloads of `{}`",
            before.file, before.document, event.name
        ),
        "raise the version of the changed document, or give only one of the two",
    )
    .at(event.place.position)
    .in_value(&event.place.pointer)
    .in_file(file)
}
