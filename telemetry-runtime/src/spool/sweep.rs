//! Removes the files of processes that have ended: those that are too old, and the oldest ones if the spool
//! is full.
//!
//! **Invariants.** A segment of a process that runs is never removed here. The events of each removed
//! segment are counted.

use std::time::Duration;

use super::{
    Spool,
    adopt::count_events,
    claim::{age, claim},
    create::Usage,
    folder::Folder,
    name::{Entry, Kind},
    state::State,
};

/// Age at which a file without a complete header is removed.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Why a file is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Age,
    Space,
}

impl State {
    /// Files that cannot be removed now stay until the next sweep.
    pub(super) fn sweep(&mut self, spool: &Spool) {
        let own: Vec<String> = (self.segments.iter())
            .map(|open| open.segment.name.clone())
            .collect();
        let Ok(folder) = self.folder(spool) else {
            return;
        };
        let Ok(mut usage) = Usage::of(folder) else {
            return;
        };
        let mut files = std::mem::take(&mut usage.files);
        files.sort_by_key(|(entry, _)| entry.created_ms);
        // Old files first, so that no newer one is removed for their space.
        files.retain(|(entry, status)| {
            let is_own = own.contains(&entry.name);
            let limit = match entry.kind {
                Kind::Temporary => ABANDONED,
                Kind::Segment | Kind::OtherVersion | Kind::Bad => spool.limits.age,
            };
            let old = age(spool, entry, *status) > limit;
            !(old && !is_own && remove(spool, folder, entry, Reason::Age))
        });
        let mut left = Usage::new(files);
        for (entry, status) in std::mem::take(&mut left.files) {
            if left.has_space(spool) {
                break;
            }
            let may = entry.kind != Kind::Temporary && !own.contains(&entry.name);
            if may && remove(spool, folder, &entry, Reason::Space) {
                left.bytes = left.bytes.saturating_sub(status.length);
                left.count = left.count.saturating_sub(1);
            }
        }
    }
}

/// Removes a file unless its process runs. True if it was removed.
fn remove(spool: &Spool, folder: &dyn Folder, entry: &Entry, reason: Reason) -> bool {
    let Ok(Some(claimed)) = claim(spool, folder, entry) else {
        return false;
    };
    let events = match entry.kind {
        Kind::Segment => count_events(spool, &claimed),
        Kind::OtherVersion | Kind::Temporary | Kind::Bad => 0,
    };
    if folder.remove(&entry.name).is_err() {
        return false;
    }
    match reason {
        Reason::Age => spool.counters.expired.add(events),
        Reason::Space => spool.counters.evicted.add(events),
    }
    if entry.kind == Kind::OtherVersion {
        spool.counters.unknown.add(1);
    }
    true
}
