//! A comparison as annotations of a workflow.

use std::{fmt::Write, path::Path};

use super::{affected, file_of, need_line, shortened};
use crate::{
    diff::{Change, Comparison, Source},
    report::{Annotation, Level, code::line_of, printable},
    rules::{Bump, DISCLOSURE_CHANGED},
};

pub(super) fn as_annotations(text: &mut String, comparison: &Comparison<'_>, root: &Path) {
    let is_missing = |change: &Change| {
        comparison.needs.iter().any(|need| {
            let concerns = need
                .event
                .as_ref()
                .is_none_or(|event| change.events.contains(event));
            concerns && !need.is_met()
        })
    };
    for change in &comparison.changes {
        // No version is needed, but the prompt has to change with the digest.
        let concerns_users = change.rule == &DISCLOSURE_CHANGED;
        if change.bump == Bump::None && !change.needs_sign_off && !concerns_users {
            continue;
        }
        let level = if change.is_forbidden() || (change.bump > Bump::None && is_missing(change)) {
            Level::Error
        } else if change.needs_sign_off {
            Level::Warning
        } else {
            Level::Notice
        };
        let found = change
            .code
            .as_ref()
            .and_then(|code| Some((code.file.clone(), line_of(root, code)?)));
        let (file, line) = match (found, change.source) {
            (Some((file, line)), _) => (file, Some(line)),
            (None, Source::NewDocument | Source::NewLock) => (
                file_of(comparison, change.source).to_owned(),
                Some(change.position.line),
            ),
            // A line of an old file is not a line of this commit.
            (None, _) => (comparison.new.document.file.clone(), None),
        };
        let values = [("before", &change.before), ("after", &change.after)];
        let values = values
            .into_iter()
            .filter_map(|(key, value)| Some(format!("{key}: {}\n", shortened(value.as_ref()?))));
        let note = change
            .note
            .iter()
            .map(|note| format!("note: {}\n", printable(note)));
        let annotation = Annotation {
            level,
            file,
            line,
            title: format!("{}: {}", change.rule.id, change.rule.title),
            message: format!(
                "{} ({})\n{}{}needs: {}{}\n{}",
                printable(&change.pointer),
                printable(&affected(change)),
                values.collect::<String>(),
                note.collect::<String>(),
                change.bump,
                if change.needs_sign_off {
                    " + approval"
                } else {
                    ""
                },
                change.rule.advice
            ),
        };
        let _ = writeln!(text, "{}", annotation.to_command());
    }
    for need in comparison.needs.iter().filter(|need| !need.is_met()) {
        let annotation = Annotation {
            level: Level::Error,
            file: comparison.new.document.file.clone(),
            line: Some(comparison.new.document.meta_place.position.line),
            title: "The version did not rise enough".to_owned(),
            message: need_line(need),
        };
        let _ = writeln!(text, "{}", annotation.to_command());
    }
}
