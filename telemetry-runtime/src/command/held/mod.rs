//! The events that are held in files: read for `status` and `show`, removed by `purge` and `disable`.
//!
//! [`folder`] explains why a folder is not used, [`status`] and [`show`] write the two outputs, [`purge`]
//! removes the files, and [`reformat`] lays out an event.
//!
//! **Invariants.** Reading locks and changes no file, and follows no link. An event is shown with the bytes
//! that are sent, or not at all.

mod folder;
pub(super) mod purge;
mod reformat;
mod show;
mod status;

use std::{
    io,
    path::{Path, PathBuf},
};

use super::TelemetryCommand;
use crate::{
    spool::{
        disk,
        folder::Missing,
        survey::{Found, MAX_FILE_BYTES, Surveyed, survey},
    },
    util::places::UserFolders,
};

/// A folder of the product for events.
pub(super) struct HeldFolder {
    path: PathBuf,
    /// Why it cannot be read or does not get new events.
    problem: Option<String>,
    /// `None` if it cannot be read.
    held: Option<Held>,
}

/// The content of a folder.
#[derive(Default)]
struct Held {
    files: u64,
    bytes: u64,
    events: u64,
    /// The events that a request has contained without an answer.
    ambiguous: u64,
    /// When the oldest event was recorded, in milliseconds since 1970.
    oldest_ms: Option<u64>,
    /// Files whose content is not known to this version.
    other_version: u64,
    /// A sentence for each damaged file.
    damaged: Vec<String>,
}

impl TelemetryCommand<'_> {
    /// The folders in which events can be, the one for new events first. `each` gets every file.
    fn held_folders(&self, mut each: impl FnMut(&Path, &Surveyed)) -> Vec<HeldFolder> {
        let paths = self.spool_folders().into_iter().enumerate();
        let read = |(index, path): (usize, PathBuf)| {
            let is_first = index == 0;
            let folder = read(path, is_first, &mut each);
            // A place of earlier runs is of interest only if it has files.
            let has_files = folder.held.as_ref().is_none_or(|held| held.files > 0);
            (is_first || has_files).then_some(folder)
        };
        paths.filter_map(read).collect()
    }

    /// The declared places, without those whose folder is not known. The first one gets new events.
    fn spool_folders(&self) -> Vec<PathBuf> {
        let spool = self.disclosure.product().spool;
        let places = spool.resolve(&UserFolders::of(&[spool], &*self.lookup));
        places.into_iter().map(|place| place.path).collect()
    }
}

fn read(path: PathBuf, gets_events: bool, each: &mut impl FnMut(&Path, &Surveyed)) -> HeldFolder {
    let mut held = Held::default();
    let surveyed = disk::open_folder(path.clone())(Missing::Leave).and_then(|folder| {
        survey(&*folder, MAX_FILE_BYTES, |file| {
            held.add(file);
            each(&path, file);
        })
    });
    let (held, problem) = match surveyed {
        Ok(()) => (Some(held), None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (Some(Held::default()), None),
        Err(error) => (None, Some(folder::why_refused(&path, &error))),
    };
    let problem = problem.or_else(|| {
        gets_events
            .then(|| folder::why_not_writable(&path))
            .flatten()
    });
    HeldFolder {
        path,
        problem,
        held,
    }
}

impl Held {
    fn add(&mut self, file: &Surveyed) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(file.bytes);
        match &file.found {
            Found::Segment(segment) => {
                for event in segment.events() {
                    self.events += 1;
                    self.ambiguous += u64::from(event.ambiguous);
                    let oldest = self.oldest_ms.unwrap_or(u64::MAX);
                    self.oldest_ms = Some(event.time_ms.min(oldest));
                }
            }
            Found::OtherVersion => self.other_version += 1,
            _ => {}
        }
        self.damaged.extend(damage(file));
    }
}

/// A sentence without its end about a file or a part of one that cannot be read.
fn damage(file: &Surveyed) -> Option<String> {
    let name = &file.name;
    match &file.found {
        Found::Segment(segment) => match segment.damaged_bytes() {
            0 => None,
            bytes => Some(format!("{name}: the last {bytes} bytes are damaged")),
        },
        // A process can be creating it.
        Found::OtherVersion | Found::Incomplete => None,
        Found::BadHeader => Some(format!("{name}: its start is damaged")),
        Found::TooLong => Some(format!("{name}: it is too long for a file of events")),
        Found::Unreadable(error) => Some(format!("{name}: {error}")),
    }
}

/// "1 event", "2 events".
fn counted(count: u64, name: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {name}{s}")
}
