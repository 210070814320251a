//! `purge`: removes the product's files from this machine.
//!
//! It removes the audit log and its backup, the events that are held in files, and with `--all` the stored
//! answer. A marker file is kept, because telemetry could be on without it.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{
    TelemetryCommand,
    output::{DONE, Outcome, Text, display_path},
};
use crate::{
    audit::AuditLog,
    consent::file::{ConsentFile, replaced_paths_of},
    decision::stored::Marker,
};

impl TelemetryCommand<'_> {
    pub(super) fn purge(&self, all: bool) -> Outcome {
        let (mut removed, mut failed) = (Vec::new(), Vec::new());
        for path in self.files_to_remove(all) {
            match fs::remove_file(&path) {
                Ok(()) => removed.push(path),
                // In a read-only folder the error does not show that the file is missing.
                Err(_) if is_missing(&path) => {}
                Err(error) => {
                    let path = display_path(&path);
                    failed.push(format!("{path} could not be removed: {error}."));
                }
            }
        }
        #[cfg(feature = "spool")]
        let events = {
            let mut events = self.purge_events();
            failed.append(&mut events.failed);
            events
        };
        #[cfg(feature = "spool")]
        let has_events = !events.removed.is_empty();
        #[cfg(not(feature = "spool"))]
        let has_events = false;
        let decision = self.decision_now();
        if let Some(client) = self.client.filter(|_| all && !decision.on) {
            // The yes that the client started with is removed.
            client.opt_out();
        }
        if !failed.is_empty() {
            return self.problem(&failed.join(" "));
        }
        let mut text = Text::new(self.columns());
        if removed.is_empty() && !has_events {
            text.line("There was nothing to remove.");
        }
        for path in &removed {
            text.row("removed", &display_path(path));
        }
        #[cfg(feature = "spool")]
        events.rows(&mut text);
        for reason in self.kept_notes(all) {
            text.line(reason);
        }
        let name = self.disclosure.product().name();
        text.line(&format!("Telemetry of {name} is {}", decision.sentence));
        Outcome::new(DONE, text, |object| {
            let paths: Vec<_> = removed.iter().map(|path| path.to_string_lossy()).collect();
            object.texts("removed", paths.iter().map(AsRef::as_ref));
            #[cfg(feature = "spool")]
            if self.disclosure.product().spool.is_declared() {
                events.members(object);
            }
            object
                .boolean("on", decision.on)
                .text("reason", &decision.sentence);
        })
    }

    /// A sentence for each file that is kept.
    fn kept_notes(&self, all: bool) -> Vec<&'static str> {
        let mut notes = Vec::new();
        let exists = |file: ConsentFile| file.paths().any(Path::exists);
        if !all && self.consent_file().is_some_and(exists) {
            notes.push("Your stored answer was kept; --all also removes it.");
        }
        if (self.markers().iter()).any(|place| Marker::at(&place.path).refuses()) {
            notes.push("The marker file was kept, because it opts out of telemetry.");
        }
        notes
    }

    /// The files to remove, whether they exist or not.
    fn files_to_remove(&self, all: bool) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        if let Some(log) = self.audit_log() {
            paths.push(log.path().to_owned());
            paths.push(log.backup_path().to_owned());
        }
        if self.audit.is_none() {
            let product = self.disclosure.product();
            paths.extend(AuditLog::previous_paths(product, &*self.lookup));
        }
        if let Some(file) = self.consent_file().filter(|_| all) {
            // Earlier files that an answer could not be merged into. A folder or link of that name is not
            // the product's.
            let is_file =
                |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
            for path in file.paths() {
                paths.push(path.to_owned());
                paths.extend(replaced_paths_of(path).filter(is_file));
            }
        }
        paths
    }
}

fn is_missing(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}
