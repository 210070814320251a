//! Adopts a segment of a process that has ended.
//!
//! **Invariants.** A segment is adopted by one process, and only by a client with the same recipient and
//! consent. The caller evaluates the gate before the events are sent.

use std::{
    cmp::Reverse,
    io::{self, ErrorKind},
};

use super::{
    Spool,
    claim::{Claimed, claim, is_named},
    content::{Content, HeldEvent},
    header::{Frame, HeaderError},
    name::{self, Entry, Kind},
    segment::{Segment, to_u64},
    state::State,
};

/// Maximum number of names of segments with another recipient or consent that are remembered.
const MAX_SKIPPED: usize = 1024;

/// A segment of this process and its events that are not resolved.
#[derive(Debug)]
pub(crate) struct Held {
    /// The number of the segment in this process.
    pub(crate) segment: u32,
    content: Content,
}

impl Held {
    pub(super) fn new(segment: u32, content: Content) -> Self {
        Self { segment, content }
    }

    /// The text of the envelope of these events.
    pub(crate) fn frame(&self) -> &Frame {
        &self.content.header.frame
    }

    /// The events in the order in which they were recorded.
    pub(crate) fn events(&self) -> impl Iterator<Item = HeldEvent<'_>> {
        let content = &self.content;
        content.events.iter().map(|event| content.held(event))
    }
}

impl Spool {
    /// Adopts the oldest segment of a process that has ended. `None` if there is none now.
    pub(crate) fn adopt(&self) -> Option<Held> {
        let mut state = self.state_of_worker()?;
        // An error does not stop callers from storing events, and adoption is tried again later.
        let held = state.adopt(self).unwrap_or_else(|error| {
            let is_missing = error.kind() == ErrorKind::NotFound;
            self.counters.errors.add(u64::from(!is_missing));
            None
        })?;
        self.counters.adopted.add(to_u64(held.content.events.len()));
        Some(held)
    }
}

impl State {
    fn adopt(&mut self, spool: &Spool) -> io::Result<Option<Held>> {
        if self.is_exhausted() {
            return Ok(None);
        }
        if let Some(held) = self.adopt_candidate(spool) {
            return Ok(Some(held));
        }
        self.find_candidates(spool)?;
        Ok(self.adopt_candidate(spool))
    }

    fn find_candidates(&mut self, spool: &Spool) -> io::Result<()> {
        let names = self.folder(spool)?.names()?;
        let mut found: Vec<Entry> = names.iter().filter_map(|it| Entry::parse(it)).collect();
        found.retain(|entry| {
            let known = self.owns(&entry.name) || self.skipped.contains(&entry.name);
            entry.kind == Kind::Segment && !known
        });
        found.sort_by_key(|entry| Reverse(entry.created_ms));
        self.candidates = found;
        Ok(())
    }

    fn adopt_candidate(&mut self, spool: &Spool) -> Option<Held> {
        while let Some(entry) = self.candidates.pop() {
            // One file that cannot be read does not keep the others from being adopted.
            match self.adopt_file(spool, &entry) {
                Ok(Some(held)) => return Some(held),
                Ok(None) => {}
                Err(_) => spool.counters.errors.add(1),
            }
        }
        None
    }

    fn adopt_file(&mut self, spool: &Spool, entry: &Entry) -> io::Result<Option<Held>> {
        let folder = self.folder(spool)?;
        let Some(Claimed { file, is_locked }) = claim(spool, folder, entry)? else {
            return Ok(None);
        };
        let most = max_file_bytes(spool);
        if file.status()?.length > most {
            self.skip(&entry.name);
            return Ok(None);
        }
        let content = match Content::read(file.read(most)?) {
            Ok(content) => content,
            Err(HeaderError::OtherVersion) => {
                self.skip(&entry.name);
                return Ok(None);
            }
            Err(HeaderError::Invalid) => {
                folder.rename(&entry.name, &name::bad(&entry.name))?;
                spool.counters.bad.add(1);
                return Ok(None);
            }
        };
        if content.header.identity != spool.identity {
            self.skip(&entry.name);
            return Ok(None);
        }
        if content.events.is_empty() {
            folder.remove(&entry.name)?;
            return Ok(None);
        }
        let mut name = entry.name.clone();
        if !is_locked {
            // The new name has the current time, so that no other process takes the file again. The renaming
            // fails for all but one of the processes that try it.
            let created_ms = spool.time.wall_ms();
            let renamed = name::stem(created_ms, spool.time.random()?) + ".seg";
            folder.rename(&name, &renamed)?;
            if !is_named(folder, &renamed, &*file) {
                return Ok(None);
            }
            name = renamed;
        }
        let length = to_u64(content.valid);
        let cut = !content.is_torn() || file.set_length(length).is_ok();
        let mut segment = Segment::new(file, name, content.header.id, length).adopted(
            content.numbers(),
            content.ambiguous.clone(),
            content.next_number,
        );
        if !cut {
            self.rewrite(spool, &mut segment, &content)?;
        }
        self.no_locks |= !is_locked;
        let number = self.add(None, segment);
        Ok(Some(Held::new(number, content)))
    }

    fn skip(&mut self, name: &str) {
        if self.skipped.len() >= MAX_SKIPPED {
            self.skipped.clear();
        }
        self.skipped.insert(name.to_owned());
    }
}

/// Maximum length of a file that is read. A segment with all its notes has at most twice the size of a
/// segment, and one record more.
pub(super) fn max_file_bytes(spool: &Spool) -> u64 {
    spool.limits.segment_bytes.saturating_mul(3)
}

/// The events of a file that are not resolved. Zero if it cannot be read.
pub(super) fn count_events(spool: &Spool, claimed: &Claimed) -> u64 {
    let bytes = claimed.file.read(max_file_bytes(spool));
    let content = bytes.ok().and_then(|bytes| Content::read(bytes).ok());
    content.map_or(0, |content| to_u64(content.events.len()))
}
