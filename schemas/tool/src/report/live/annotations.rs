//! A live check as annotations of a workflow.

use std::{fmt::Write, path::Path};

use super::{Report, rest, subject, times, unseen_values};
use crate::{
    live::{Coverage, sentinel_sentence},
    report::{Annotation, Level, printable},
};

pub(super) fn as_annotations(report: &Report<'_>, root: &Path) -> String {
    let mut text = String::new();
    let mut annotate = |level, file: &str, line, title: &str, message: String| {
        let annotation = Annotation {
            level,
            file: file.to_owned(),
            line,
            title: printable(title),
            message,
        };
        let _ = writeln!(text, "{}", annotation.to_command());
    };
    let outcome = report.outcome;
    for (line, column, wrong) in &outcome.unreadable.first {
        let message = format!("column {column}: {}", printable(wrong));
        let title = "The record cannot be read";
        annotate(Level::Error, report.file, Some(*line), title, message);
    }
    let shown = outcome.unreadable.first.len();
    if let Some(rest) = rest(outcome.unreadable.total, shown, "unreadable records") {
        annotate(Level::Error, report.file, None, "Unreadable records", rest);
    }
    let level = if report.fail_on.violations {
        Level::Error
    } else {
        Level::Warning
    };
    for group in outcome.violations.groups() {
        let first = &group.first;
        let code = report.code(group, root);
        let (file, line) = match &code {
            Some((file, Some(line), _)) => (file.as_str(), Some(*line)),
            _ => (report.file, Some(first.line)),
        };
        let message = format!(
            "{}\n{} at {}:{} {}",
            printable(&group.wrong),
            times(group.count),
            printable(report.file),
            first.line,
            printable(&first.pointer)
        );
        let title = format!("{}: {}", group.rule.id(), subject(group));
        annotate(level, file, line, &title, message);
    }
    if let Some(rest) = rest(outcome.violations.beyond(), 0, "violations") {
        annotate(level, report.file, None, "Violations", rest);
    }
    for event in report.coverage() {
        let fails = (report.fail_on.coverage && !event.is_complete())
            || (report.fail_on.sentinels && !event.always_sentinel.is_empty());
        let Some(message) = gaps(&event) else {
            continue;
        };
        let level = if fails { Level::Error } else { Level::Notice };
        let title = format!("Coverage of {} {}", event.plan.event, event.plan.version());
        annotate(level, &event.plan.file, None, &title, message);
    }
    text
}

/// One annotation for each event: a workflow shows only a few.
fn gaps(event: &Coverage<'_>) -> Option<String> {
    if event.tally.events == 0 {
        return Some("the event did not occur".to_owned());
    }
    let sentinels = event.always_sentinel.iter();
    let mut lines: Vec<String> = sentinels
        .map(|(field, counts)| sentinel_sentence(field, counts))
        .collect();
    for field in &event.unseen_fields {
        lines.push(format!("{} did not occur", field.path.join("/")));
    }
    for (field, choices) in &event.unseen_values {
        lines.push(unseen_values(field, choices, str::to_owned));
    }
    let lines: Vec<_> = lines.iter().map(|line| printable(line)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
