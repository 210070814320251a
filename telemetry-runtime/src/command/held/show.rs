//! The held events in `show`, one by one.

use std::path::PathBuf;

use super::{
    HeldFolder, counted,
    reformat::{Layout, reformat},
};
use crate::{
    command::{
        TelemetryCommand,
        output::{Text, display_path},
    },
    schema::json::Object,
    spool::survey::{Found, Surveyed},
    util::terminal::escape_controls,
};

/// A note about an event that is not JSON, which only another program can have stored.
const NOT_JSON: &str = "an event that is not valid JSON is not shown";

impl TelemetryCommand<'_> {
    /// Adds the held events, as they are sent.
    pub(in crate::command) fn held_text(&self, text: &mut Text) {
        let mut shown: Vec<(PathBuf, String)> = Vec::new();
        let mut number = 0_u64;
        let folders = self.held_folders(|path, file| {
            let events = text_of(file, &mut number);
            match shown.last_mut() {
                Some((of, all)) if of == path => all.push_str(&events),
                _ => shown.push((path.to_owned(), events)),
            }
        });
        let sent_by = self.sent_by(self.decision().on);
        for folder in &folders {
            text.raw("\n");
            heading(text, folder, sent_by);
            for (_, events) in shown.iter().filter(|(path, _)| *path == folder.path) {
                text.raw(events);
            }
        }
    }

    /// Adds the held events for scripts.
    pub(in crate::command) fn held_members(&self, object: &mut Object<'_>) {
        if !self.disclosure.product().spool.is_declared() {
            return;
        }
        let (mut events, mut not_json) = (Vec::new(), Vec::new());
        let folders = self.held_folders(|_, file| {
            let Found::Segment(segment) = &file.found else {
                return;
            };
            for event in segment.events() {
                match reformat(event.bytes, Layout::OneLine) {
                    Some(json) => events.push(json),
                    None => not_json.push(format!("{}: {NOT_JSON}", file.name)),
                }
            }
        });
        let damaged = folders.iter().filter_map(|folder| folder.held.as_ref());
        let damaged = damaged.flat_map(|held| &held.damaged).chain(&not_json);
        object.raws("held", events);
        object.texts("damaged", damaged.map(String::as_str));
    }
}

fn heading(text: &mut Text, folder: &HeldFolder, sent_by: &str) {
    match &folder.held {
        None => text.line("Events that wait to be sent cannot be read."),
        Some(held) if held.events == 0 => text.line("No event waits to be sent."),
        Some(held) => {
            let waits = if held.events == 1 { "waits" } else { "wait" };
            let events = counted(held.events, "event");
            text.line(&format!("{events} {waits} to be sent."));
        }
    }
    text.row("stored in", &display_path(&folder.path));
    if folder.held.as_ref().is_some_and(|held| held.events > 0) {
        text.row("sent by", sent_by);
    }
    if let (None, Some(problem)) = (&folder.held, &folder.problem) {
        text.row("not used", problem);
    }
    for damage in folder.held.iter().flat_map(|held| &held.damaged) {
        text.row("not shown", damage);
    }
}

/// The events of a file. `number` is that of the last event before them.
fn text_of(file: &Surveyed, number: &mut u64) -> String {
    let mut text = String::new();
    let Found::Segment(segment) = &file.found else {
        return text;
    };
    let session = segment.envelope_text("sessionId").and_then(escaped);
    let session = session.map_or(String::new(), |id| format!(", session {id}"));
    for event in segment.events() {
        *number += 1;
        text.push_str(&format!("\nHeld event {number}{session}\n"));
        if event.ambiguous {
            text.push_str("  A request with it was not answered, so it can have been received.\n");
        }
        let lines = reformat(event.bytes, Layout::Lines);
        match lines.and_then(|lines| escaped(&lines)) {
            Some(lines) => {
                for line in lines.lines() {
                    text.push_str(&format!("  {line}\n"));
                }
            }
            None => text.push_str(&format!("  {NOT_JSON}\n")),
        }
    }
    text
}

/// JSON without characters that control a terminal.
fn escaped(json: &str) -> Option<String> {
    String::from_utf8(escape_controls(json.as_bytes()).into_owned()).ok()
}
