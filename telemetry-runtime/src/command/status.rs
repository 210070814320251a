//! `status`: whether telemetry is on, the reason, the paths of files and the counters of a client.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    TelemetryCommand,
    output::{DONE, Outcome, Text, display_path, size_text},
};
use crate::{
    consent::file::StoredConsent,
    decision::{
        DecisionSource,
        administrator::{AdministratorFiles, Said},
        stored::Marker,
    },
    delivery::health::{Health, RecordError},
    schema::json::Object,
};

impl TelemetryCommand<'_> {
    pub(super) fn status(&self) -> Outcome {
        let product = self.disclosure.product();
        let decision = self.decision();
        let answer = self.consent_file().map(|file| file.read_with_path());
        let audit = self.audit_log();
        let marker = self.shown_marker();
        let administrator = AdministratorFiles::of(product, &*self.lookup);
        let health = self.client.map(crate::client::Client::health);

        let mut text = Text::new(self.columns());
        text.line(&format!(
            "Telemetry of {} is {}",
            product.name(),
            decision.sentence
        ));
        match &answer {
            Some((stored, path)) => {
                text.row("your answer", &describe(stored));
                text.row("stored in", &display_path(path));
            }
            None if product.consent.is_some() => {
                text.row(
                    "your answer",
                    "none; there is no home directory to store it in",
                );
            }
            None => {}
        }
        if let Some(path) = &marker {
            text.row(
                "marker file",
                &format!("{} ({})", display_path(path), marker_state(path)),
            );
        }
        for file in administrator.iter() {
            let (path, said) = (display_path(&file.path()), administrator_state(file.read()));
            text.row("admin file", &format!("{path} ({said})"));
        }
        if let Some(log) = &audit {
            let size =
                size_text(file_size(log.path()).saturating_add(file_size(log.backup_path())));
            text.row(
                "audit log",
                &format!("{} ({size})", display_path(log.path())),
            );
        }
        let problem = audit.as_ref().and_then(|log| log.problem());
        if let Some(problem) = &problem {
            text.row("not logged", &format!("{problem}"));
        }
        let not_logged = self.client.and_then(crate::client::Client::audit);
        let not_logged = not_logged.map_or(0, crate::audit::AuditLog::not_written);
        if not_logged > 0 {
            text.row("not logged", &format!("{not_logged} of this run"));
        }
        #[cfg(feature = "spool")]
        let held = self.held_status(decision.on);
        #[cfg(feature = "spool")]
        if let Some(held) = &held {
            held.rows(&mut text);
        }
        let api_key_problem = self.client.and_then(crate::client::Client::api_key_problem);
        for (name, value) in product.headers.iter() {
            text.row("header", &format!("{name}: {value}"));
        }
        if let Some(name) = product.api_key_header {
            text.row(
                "header",
                &format!("{name}: the API key, if the program has one"),
            );
        }
        if let Some(problem) = &api_key_problem {
            text.row("API key", &problem.to_string());
        }
        if let Some(health) = &health {
            health_rows(&mut text, health);
            let undisclosed = self
                .client
                .and_then(crate::client::Client::first_undisclosed);
            if let Some(event) = undisclosed {
                let refused = health.refused_for(RecordError::Undisclosed);
                let first = format!("{} {}", event.name, event.schema_version);
                text.row(
                    "not disclosed",
                    &format!("{refused} refused, first {first}; Product::events does not list it"),
                );
            }
            let limited = self
                .client
                .and_then(crate::client::Client::first_rate_limited);
            if let Some((event, limit)) = limited.and_then(|event| Some((event, event.limit?))) {
                let refused = health.refused_for(RecordError::RateLimited);
                let first = format!("{} {}", event.name, event.schema_version);
                text.row(
                    "over limit",
                    &format!("{refused} refused, first {first}; its limit is {limit}"),
                );
            }
        }
        Outcome::new(DONE, text, |object| {
            object
                .text("product", product.name())
                .boolean("on", decision.on)
                .text("source", json_source(decision.source))
                .text("reason", &decision.sentence);
            if let Some((stored, path)) = &answer {
                object.object("answer", |object| {
                    object
                        .text("stored", json_word(stored))
                        .text("path", &path.to_string_lossy());
                });
            }
            if let Some(path) = &marker {
                object.object("marker", |object| {
                    object
                        .boolean("present", Marker::at(path).refuses())
                        .text("path", &path.to_string_lossy());
                });
            }
            if !administrator.is_empty() {
                object.objects("administrator", administrator.iter(), |object, file| {
                    let said = file.read();
                    object
                        .boolean("forbids", said.forbids())
                        .text("path", &file.path().to_string_lossy());
                });
            }
            if let Some(log) = &audit {
                object.object("audit", |object| {
                    object
                        .text("path", &log.path().to_string_lossy())
                        .text("backup", &log.backup_path().to_string_lossy())
                        .raw("notWritten", &not_logged.to_string());
                    if let Some(problem) = &problem {
                        object.text("problem", &problem.to_string());
                    }
                });
            }
            #[cfg(feature = "spool")]
            if let Some(held) = &held {
                held.members(object);
            }
            if !product.headers.is_empty() {
                object.object("headers", |object| {
                    for (name, value) in product.headers.iter() {
                        object.text(name, value);
                    }
                });
            }
            if let Some(name) = product.api_key_header {
                object.object("apiKey", |object| {
                    object.text("header", name);
                    if let Some(problem) = &api_key_problem {
                        object.text("problem", &problem.to_string());
                    }
                });
            }
            if let Some(health) = &health {
                object.object("health", |object| health_members(object, health));
            }
        })
    }

    /// The marker file that opts out, or the one that `disable` would create.
    fn shown_marker(&self) -> Option<PathBuf> {
        let paths: Vec<_> = self.markers().into_iter().map(|place| place.path).collect();
        let refuses = |path: &&PathBuf| Marker::at(path).refuses();
        paths.iter().find(refuses).or(paths.first()).cloned()
    }
}

fn marker_state(marker: &Path) -> &'static str {
    match Marker::at(marker) {
        Marker::Present => "present",
        Marker::Unknown => "cannot be checked, treated as present",
        Marker::Absent => "absent",
    }
}

const fn administrator_state(said: Said) -> &'static str {
    match said {
        Said::Nothing => "absent",
        Said::Permits => "the users decide",
        Said::Forbids => "forbids telemetry",
        Said::Unreadable | Said::NoDescriptor => "cannot be read, treated as forbidding",
        Said::NoPath => "its folder is not known, treated as forbidding",
    }
}

fn health_rows(text: &mut Text, health: &Health) {
    let adopted = match health.adopted() {
        0 => String::new(),
        events => format!(", {events} of earlier runs"),
    };
    let stored = match health.stored() {
        0 => String::new(),
        events => format!(", {events} left in files"),
    };
    text.row(
        "this run",
        &format!(
            "{} accepted{adopted}: {} delivered, {} dropped, {} held{stored}",
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
        text.row("last status", &status.to_string());
    }
    if let Some(failure) = health.last_failure() {
        text.row("last failure", &failure.to_string());
    }
}

fn health_members(object: &mut Object<'_>, health: &Health) {
    let counters = [
        ("accepted", health.accepted()),
        ("adopted", health.adopted()),
        ("stored", health.stored()),
        ("delivered", health.delivered()),
        ("dropped", health.dropped()),
        ("held", health.held()),
        ("refused", health.refused()),
        ("undisclosed", health.refused_for(RecordError::Undisclosed)),
        ("rateLimited", health.refused_for(RecordError::RateLimited)),
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

fn describe(stored: &StoredConsent) -> String {
    match stored {
        StoredConsent::Yes { version, at } => {
            let at = at.as_ref().map_or(String::new(), |at| format!(" at {at}"));
            format!("yes, given{at} to version {version} of the question")
        }
        StoredConsent::No { .. } => "no".to_owned(),
        StoredConsent::Invalid => "the file is not valid, treated as no".to_owned(),
        StoredConsent::Unreadable => "the file cannot be read, treated as no".to_owned(),
        StoredConsent::Absent => "none yet".to_owned(),
        StoredConsent::Stale { .. } => {
            "yes to another version of the question, which does not count for this one".to_owned()
        }
    }
}

const fn json_word(stored: &StoredConsent) -> &'static str {
    match stored {
        StoredConsent::Yes { .. } => "yes",
        StoredConsent::No { .. } => "no",
        StoredConsent::Invalid => "invalid",
        StoredConsent::Unreadable => "unreadable",
        StoredConsent::Absent => "absent",
        StoredConsent::Stale { .. } => "stale",
    }
}

const fn json_source(source: DecisionSource) -> &'static str {
    match source {
        DecisionSource::AdministratorFile => "administrator_file",
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
        DecisionSource::OwnerDropped => "owner_dropped",
        DecisionSource::NotInstalled => "not_installed",
        DecisionSource::CompiledOut => "compiled_out",
    }
}

/// Size of a file in bytes; 0 if it is missing.
fn file_size(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |found| found.len())
}
