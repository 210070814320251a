//! The held events in `status`: their number, the oldest one, the folder, the files that are damaged, and the
//! process that sends them.

use std::time::{Duration, UNIX_EPOCH};

use super::{Held, HeldFolder, counted};
use crate::{
    client::spool_status::SpoolStatus,
    command::{
        TelemetryCommand,
        output::{Text, display_path, size_text},
    },
    schema::json::Object,
    spool::state::PauseReason,
    wire::timestamp::Timestamp,
};

/// The held events of a product that declares a folder for them.
pub(in crate::command) struct HeldStatus {
    /// Empty if the folder is not known.
    folders: Vec<HeldFolder>,
    of_client: Option<SpoolStatus>,
    sent_by: &'static str,
}

impl TelemetryCommand<'_> {
    /// `None` if the product declares no folder for events.
    pub(in crate::command) fn held_status(&self, is_on: bool) -> Option<HeldStatus> {
        if !self.disclosure.product().spool.is_declared() {
            return None;
        }
        let of_client = |client: &crate::client::Client| client.spool_status();
        Some(HeldStatus {
            folders: self.held_folders(|_, _| {}),
            of_client: self.client.and_then(of_client),
            sent_by: self.sent_by(is_on),
        })
    }

    /// The process that sends the events that are held.
    pub(super) fn sent_by(&self, is_on: bool) -> &'static str {
        let product = self.disclosure.product();
        let has_sender = self.sender.is_some_and(|token| token.is_for(product));
        match (is_on, has_sender) {
            (true, true) => {
                "the background sender at the end of a run, or a later run; within 7 days, to the same address \
                 and under the same answer"
            }
            (true, false) => {
                "a later run within 7 days, to the same address and under the same answer"
            }
            (false, _) => "no run while telemetry is off; purge removes them",
        }
    }
}

impl HeldStatus {
    pub(in crate::command) fn rows(&self, text: &mut Text) {
        if self.folders.is_empty() {
            text.row(
                "held on disk",
                "nothing; there is no home directory for files of events",
            );
        }
        for folder in &self.folders {
            text.row("held on disk", &summary(folder.held.as_ref()));
            text.row("stored in", &display_path(&folder.path));
            if let Some(problem) = &folder.problem {
                let effect = "events are held only in memory";
                text.row("not used", &format!("{problem}; {effect}"));
            }
            if let Some(held) = &folder.held {
                self.rows_of(text, held);
            }
        }
        let Some(of_client) = &self.of_client else {
            return;
        };
        if of_client.not_stored > 0 {
            let events = counted(of_client.not_stored, "event");
            text.row("not stored", &format!("{events} of this run"));
        }
        if let Some(reason) = of_client.pause {
            text.row("not storing", &reason_text(reason));
        }
    }

    fn rows_of(&self, text: &mut Text, held: &Held) {
        if held.events > 0 {
            text.row("sent by", self.sent_by);
        }
        if held.ambiguous > 0 {
            let of = counted(held.ambiguous, "event");
            text.row("unanswered", &format!("{of}, which can have been received"));
        }
        match &held.damaged[..] {
            [] => {}
            [only] => text.row("damaged", only),
            [first, ..] => {
                let files = counted(count(&held.damaged), "file");
                text.row("damaged", &format!("{files}, such as {first}"));
            }
        }
        if held.other_version > 0 {
            let files = counted(held.other_version, "file");
            text.row(
                "unknown",
                &format!("{files} of another version, kept for 7 days"),
            );
        }
    }

    pub(in crate::command) fn members(&self, object: &mut Object<'_>) {
        object.object("heldOnDisk", |object| {
            object.objects("folders", &self.folders, |object, folder| {
                object.text("path", &folder.path.to_string_lossy());
                if let Some(problem) = &folder.problem {
                    object.text("problem", problem);
                }
                if let Some(held) = &folder.held {
                    members_of(object, held);
                }
            });
            object.text("sentBy", self.sent_by);
            if let Some(of_client) = &self.of_client {
                object.raw("storedInThisRun", &of_client.stored.to_string());
                object.raw("notStoredInThisRun", &of_client.not_stored.to_string());
                if let Some(reason) = of_client.pause {
                    object.text("notStoring", &reason_text(reason));
                }
            }
        });
    }
}

fn members_of(object: &mut Object<'_>, held: &Held) {
    let numbers = [
        ("events", held.events),
        ("bytes", held.bytes),
        ("files", held.files),
        ("unanswered", held.ambiguous),
        ("otherVersion", held.other_version),
    ];
    for (name, number) in numbers {
        object.raw(name, &number.to_string());
    }
    if let Some(oldest) = held.oldest_ms {
        object.text("oldest", timestamp(oldest).as_str());
    }
    object.texts("damaged", held.damaged.iter().map(String::as_str));
}

fn summary(held: Option<&Held>) -> String {
    let Some(held) = held else {
        return "not known".to_owned();
    };
    let size = size_text(held.bytes);
    match held.oldest_ms {
        Some(oldest) => format!(
            "{} in {} ({size}), the oldest of {}",
            counted(held.events, "event"),
            counted(held.files, "file"),
            timestamp(oldest).as_str()
        ),
        None if held.other_version > 0 || !held.damaged.is_empty() => {
            format!(
                "no event that can be read, in {} ({size})",
                counted(held.files, "file")
            )
        }
        None => "nothing".to_owned(),
    }
}

fn timestamp(ms: u64) -> Timestamp {
    let at = UNIX_EPOCH.checked_add(Duration::from_millis(ms));
    at.unwrap_or(UNIX_EPOCH).into()
}

fn reason_text(reason: PauseReason) -> String {
    match reason {
        PauseReason::Full => "the files have reached their limit of 16 MiB".to_owned(),
        PauseReason::Slow => "the disk is slow".to_owned(),
        PauseReason::Failed(kind) => kind.to_string(),
    }
}

fn count<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}
