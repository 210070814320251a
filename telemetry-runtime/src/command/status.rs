//! Whether telemetry is on, why, and where everything is.

use std::{fs, path::Path};

use super::{
    TelemetryCommand,
    output::{DONE, Outcome, Text, shown},
};
use crate::{
    consent::file::Stored,
    decision::{DecisionSource, stored::Marker},
    delivery::health::Health,
    schema::json::Object,
};

impl TelemetryCommand<'_> {
    pub(super) fn status(&self) -> Outcome {
        let product = self.disclosure.product();
        let decision = self.decision();
        let answer = self.consent_file().map(|file| (file.read(), file));
        let audit = self.audit_log();
        let marker = self.marker();
        let health = self.client.map(crate::client::Client::health);

        let mut text = Text::new(self.columns());
        text.line(&format!(
            "Telemetry of {} is {}",
            product.name(),
            decision.sentence
        ));
        match &answer {
            Some((stored, file)) => {
                text.row("your answer", &in_words(stored));
                text.row("kept in", &shown(file.path()));
            }
            None if product.consent.is_some() => {
                text.row(
                    "your answer",
                    "none, and there is no home directory to keep one in",
                );
            }
            None => {}
        }
        if let Some(path) = &marker {
            text.row(
                "marker file",
                &format!("{} ({})", shown(path), is_there(path)),
            );
        }
        if let Some(log) = &audit {
            let size = in_kib(bytes(log.path()).saturating_add(bytes(log.backup_path())));
            text.row("audit log", &format!("{} ({size})", shown(log.path())));
        }
        let not_logged = self.client.and_then(crate::client::Client::audit);
        let not_logged = not_logged.map_or(0, crate::audit::AuditLog::not_written);
        if not_logged > 0 {
            text.row(
                "",
                &format!("{not_logged} of this run could not be written"),
            );
        }
        if let Some(health) = &health {
            rows_of(&mut text, health);
        }
        Outcome::new(DONE, text, |object| {
            object
                .text("product", product.name())
                .boolean("on", decision.on)
                .text("source", source(decision.source))
                .text("reason", &decision.sentence);
            if let Some((stored, file)) = &answer {
                object.object("answer", |object| {
                    object
                        .text("stored", word(stored))
                        .text("path", &file.path().to_string_lossy());
                });
            }
            if let Some(path) = &marker {
                object.object("marker", |object| {
                    object
                        .boolean("there", Marker::at(path).refuses())
                        .text("path", &path.to_string_lossy());
                });
            }
            if let Some(log) = &audit {
                object.object("audit", |object| {
                    object
                        .text("path", &log.path().to_string_lossy())
                        .text("backup", &log.backup_path().to_string_lossy())
                        .raw("notWritten", &not_logged.to_string());
                });
            }
            if let Some(health) = &health {
                object.object("health", |object| members_of(object, health));
            }
        })
    }
}

fn is_there(marker: &Path) -> &'static str {
    match Marker::at(marker) {
        Marker::Present => "there",
        Marker::Unknown => "cannot be checked, which counts as there",
        Marker::Absent => "not there",
    }
}

fn rows_of(text: &mut Text, health: &Health) {
    text.row(
        "this run",
        &format!(
            "{} accepted: {} delivered, {} dropped, {} held",
            health.accepted(),
            health.delivered(),
            health.dropped(),
            health.held()
        ),
    );
    if health.refused() > 0 {
        text.row("", &format!("{} not accepted", health.refused()));
    }
    if let Some(status) = health.last_status() {
        text.row("last answer", &status.to_string());
    }
    if let Some(failure) = health.last_failure() {
        text.row("last failure", &failure.to_string());
    }
}

fn members_of(object: &mut Object<'_>, health: &Health) {
    let counters = [
        ("accepted", health.accepted()),
        ("delivered", health.delivered()),
        ("dropped", health.dropped()),
        ("held", health.held()),
        ("refused", health.refused()),
        ("coerced", health.coerced()),
        ("panics", health.panics()),
    ];
    for (name, count) in counters {
        object.raw(name, &count.to_string());
    }
    if let Some(status) = health.last_status() {
        object.integer("lastStatus", status.into());
    }
    if let Some(failure) = health.last_failure() {
        object.text("lastFailure", &failure.to_string());
    }
}

fn in_words(stored: &Stored) -> String {
    match stored {
        Stored::Yes { version, at } => {
            let at = at.as_ref().map_or(String::new(), |at| format!(" at {at}"));
            format!("yes, given{at} to version {version} of the question")
        }
        Stored::No { .. } => "no".to_owned(),
        Stored::Invalid => "the file is not valid, which counts as a no".to_owned(),
        Stored::Unreadable => "the file cannot be read, which counts as a no".to_owned(),
        Stored::Absent => "none: you were not asked".to_owned(),
        Stored::Stale { .. } => {
            "a yes to another version of the question, which does not count".to_owned()
        }
    }
}

const fn word(stored: &Stored) -> &'static str {
    match stored {
        Stored::Yes { .. } => "yes",
        Stored::No { .. } => "no",
        Stored::Invalid => "invalid",
        Stored::Unreadable => "unreadable",
        Stored::Absent => "absent",
        Stored::Stale { .. } => "stale",
    }
}

const fn source(source: DecisionSource) -> &'static str {
    match source {
        DecisionSource::Program => "program",
        DecisionSource::OptOutVariable => "opt_out_variable",
        DecisionSource::EnableVariable => "enable_variable",
        DecisionSource::DoNotTrack => "do_not_track",
        DecisionSource::FamilyVariable => "family_variable",
        DecisionSource::MarkerFile => "marker_file",
        DecisionSource::Consent => "consent",
        DecisionSource::Ci => "ci",
        DecisionSource::TestRunner => "test_runner",
        DecisionSource::ProductDefault => "product_default",
        DecisionSource::Misconfigured => "misconfigured",
    }
}

/// Size of a file; a missing one has none.
fn bytes(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |found| found.len())
}

fn in_kib(bytes: u64) -> String {
    match bytes {
        0 => "empty".to_owned(),
        1..1024 => format!("{bytes} bytes"),
        _ => format!("{} KiB", bytes / 1024),
    }
}
