//! The versions that the changes need.

use std::collections::HashMap;

use crate::{rules::Bump, version::Version};

use super::{Change, Side};

/// The version of a document or an event before and after, and the version that the changes need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The event; `None` for the document.
    pub event: Option<String>,
    /// The old version.
    pub old: Version,
    /// The new version.
    pub new: Version,
    /// The largest version step that a change needs. Forbidden changes are not counted.
    pub bump: Bump,
}

impl Need {
    /// Whether the version rose enough.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.new >= self.lowest()
    }

    /// The lowest version that is enough.
    #[must_use]
    pub fn lowest(&self) -> Version {
        let Version { major, minor } = self.old;
        match self.bump {
            Bump::Major => Version {
                major: major.saturating_add(1),
                minor: 0,
            },
            Bump::Minor => Version {
                major,
                minor: minor.saturating_add(1),
            },
            Bump::None | Bump::Forbidden => self.old,
        }
    }
}

pub(super) fn needs(old: Side<'_>, new: Side<'_>, changes: &[Change]) -> Vec<Need> {
    let counted = || changes.iter().filter(|change| !change.is_forbidden());
    let largest = counted().map(|change| change.bump).max();
    let mut needs = vec![Need {
        event: None,
        old: old.document.meta.version,
        new: new.document.meta.version,
        bump: largest.unwrap_or(Bump::None),
    }];
    let (Some(before), Some(after)) = (old.lock, new.lock) else {
        return needs;
    };
    // Changes of one shared type have the same events, so they are counted once.
    let mut groups: HashMap<&[String], Bump> = HashMap::new();
    let mut by_type: HashMap<&str, (&[String], Bump)> = HashMap::new();
    for change in counted() {
        let bump = match &change.shared_type {
            Some(name) => {
                &mut by_type
                    .entry(name)
                    .or_insert((&change.events, Bump::None))
                    .1
            }
            None => groups.entry(&change.events).or_insert(Bump::None),
        };
        *bump = (*bump).max(change.bump);
    }
    let mut by_event: HashMap<&str, Bump> = HashMap::new();
    for (events, bump) in groups.into_iter().chain(by_type.into_values()) {
        for event in events {
            let largest = by_event.entry(event).or_insert(Bump::None);
            *largest = (*largest).max(bump);
        }
    }
    for event in &after.events {
        if let Some(earlier) = before.event(&event.name) {
            needs.push(Need {
                event: Some(event.name.clone()),
                old: earlier.schema,
                new: event.schema,
                bump: by_event
                    .get(event.name.as_str())
                    .copied()
                    .unwrap_or(Bump::None),
            });
        }
    }
    needs
}
