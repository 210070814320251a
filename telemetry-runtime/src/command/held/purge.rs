//! Removes the files with held events, for `purge` and `disable`.

use std::{
    fs,
    io::{self, ErrorKind},
    path::PathBuf,
};

use super::{counted, folder::why_refused};
use crate::{
    command::{
        TelemetryCommand,
        output::{Text, display_path},
    },
    schema::json::Object,
    spool::{
        disk,
        folder::Missing,
        purge::purge,
        survey::{Found, MAX_FILE_BYTES, survey},
    },
};

/// The result for all folders of the product.
#[derive(Default)]
pub(in crate::command) struct PurgedEvents {
    pub(in crate::command) removed: Vec<PurgedFolder>,
    /// A sentence for each folder that still has files or cannot be read.
    pub(in crate::command) failed: Vec<String>,
}

/// A folder from which files were removed.
pub(in crate::command) struct PurgedFolder {
    path: PathBuf,
    files: u64,
    /// The events that could be read.
    events: u64,
}

impl PurgedEvents {
    pub(in crate::command) fn rows(&self, text: &mut Text) {
        for folder in &self.removed {
            text.row("removed", &folder.text());
        }
    }

    pub(in crate::command) fn members(&self, object: &mut Object<'_>) {
        object.objects("removedEvents", &self.removed, |object, folder| {
            object
                .text("path", &folder.path.to_string_lossy())
                .raw("files", &folder.files.to_string())
                .raw("events", &folder.events.to_string());
        });
    }
}

impl PurgedFolder {
    fn text(&self) -> String {
        let (events, files) = (counted(self.events, "event"), counted(self.files, "file"));
        format!("{events} in {files} in {}", display_path(&self.path))
    }
}

impl TelemetryCommand<'_> {
    /// Removes the held events of all processes, in all places.
    pub(in crate::command) fn purge_events(&self) -> PurgedEvents {
        let mut purged = PurgedEvents::default();
        for path in self.spool_folders() {
            match purge_folder(path.clone()) {
                Ok(folder) if folder.files > 0 => purged.removed.push(folder),
                Ok(_) => {}
                Err(error) => {
                    let why = why_refused(&path, &error);
                    let path = display_path(&path);
                    purged.failed.push(format!(
                        "The held events in {path} could not be removed: {why}. Remove this folder, \
                         or its files whose names begin with v1-."
                    ));
                }
            }
        }
        purged
    }
}

fn purge_folder(path: PathBuf) -> io::Result<PurgedFolder> {
    let mut purged = PurgedFolder {
        path,
        files: 0,
        events: 0,
    };
    let is_missing =
        |error: &io::Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    // Also below a file, where no folder can be.
    if fs::symlink_metadata(&purged.path).is_err_and(|error| is_missing(&error)) {
        return Ok(purged);
    }
    let folder = disk::open_folder(purged.path.clone())(Missing::Leave)?;
    // Only for the report: the files are removed even if they cannot be read.
    let _ = survey(&*folder, MAX_FILE_BYTES, |file| {
        if let Found::Segment(segment) = &file.found {
            segment.events().for_each(|_| purged.events += 1);
        }
    });
    purged.files = purge(&*folder)?;
    Ok(purged)
}
