//! The documents and locks of a check.

use std::collections::HashMap;

use crate::{history::Released, lock::CodePlace, version::Version};

use super::{findings::Group, plan::Plan};

/// The events of one or more documents.
#[derive(Debug, Clone)]
pub struct Contracts {
    plans: Vec<Plan>,
    /// The plans of each event, from the earliest document to the latest.
    by_name: HashMap<String, Vec<usize>>,
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
    #[must_use]
    pub fn new(mut released: Vec<Released>) -> Self {
        released.sort_by_key(|it| it.document.meta.version);
        let mut plans = Vec::new();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
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
                known.push(plans.len());
                plans.push(Plan::new(one, event, is_current));
            }
        }
        Self { plans, by_name }
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
        let unlocked =
            || plans().find(|(_, plan)| plan.schema.is_none() && plan.document >= version);
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
