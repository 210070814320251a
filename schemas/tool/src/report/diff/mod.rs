//! The report of a comparison.

mod annotations;
mod json;
mod markdown;
mod text;

use std::{fmt::Write, path::Path};

use serde_json::Value;

use super::{Format, Style, printable};
use crate::{
    diff::{Change, Comparison, Need, Side, Source, Witness},
    rules::{Bump, Rule, Verdict},
};

pub use self::json::as_json;

/// Longest value in text, in characters. JSON has all of it.
const LONGEST: usize = 400;

/// The report of comparisons in a format. `root` is the root of the repository, for lines of code.
#[must_use]
pub fn render(comparisons: &[Comparison<'_>], format: Format, style: Style, root: &Path) -> String {
    let mut output = String::new();
    match format {
        Format::Text => {
            for comparison in comparisons {
                text::as_text(&mut output, comparison, style, root);
            }
        }
        Format::Json => {
            let all: Vec<Value> = comparisons.iter().map(|it| as_json(it, root)).collect();
            let finding = comparisons.iter().any(Comparison::is_finding);
            let report = serde_json::json!({"finding": finding, "comparisons": all});
            output = format!("{report:#}\n");
        }
        Format::Markdown => {
            for comparison in comparisons {
                markdown::as_markdown(&mut output, comparison);
            }
        }
        Format::Github => {
            for comparison in comparisons {
                annotations::as_annotations(&mut output, comparison, root);
            }
        }
    }
    output
}

/// Everything about a rule.
#[must_use]
pub fn explain(rule: &Rule, style: Style) -> String {
    let side = |verdict: Verdict| painted(verdict, style);
    let id = style.bold(rule.id);
    let mut text = format!(
        "{id}: {}\n\n{}\n{}\n\n",
        rule.title, rule.reason, rule.advice
    );
    let _ = writeln!(
        text,
        "old producer -> new server: {}",
        side(rule.old_to_new)
    );
    let _ = writeln!(
        text,
        "new producer -> old server: {}",
        side(rule.new_to_old)
    );
    let _ = writeln!(text, "reader:                     {}", side(rule.readers));
    let _ = writeln!(
        text,
        "version:                    {} (policy pinned), {} (policy latest)",
        rule.pinned, rule.latest
    );
    if rule.sign_off {
        text.push_str("approval:                   a reviewer for privacy has to agree\n");
    }
    let place = if rule.in_lock {
        "the lock"
    } else {
        "the document"
    };
    let _ = writeln!(
        text,
        "visible in:                 {place}\n\n{}",
        rule.link()
    );
    text
}

/// The verdict: one line for each version, and one for forbidden changes.
#[must_use]
pub fn summary(comparison: &Comparison<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let forbidden = comparison
        .changes
        .iter()
        .filter(|change| change.is_forbidden());
    let forbidden = forbidden.count();
    if forbidden > 0 {
        lines.push(format!("forbidden changes: {forbidden}"));
    }
    let needs = comparison.needs.iter();
    let shown = needs.filter(|need| need.event.is_none() || !need.is_met());
    lines.extend(shown.map(need_line));
    lines
}

fn need_line(need: &Need) -> String {
    let subject = match &need.event {
        Some(event) => format!("the event `{event}`"),
        None => "the document".to_owned(),
    };
    let (old, new) = (need.old, need.new);
    let needed = match need.bump {
        Bump::None | Bump::Forbidden => "no new version is needed".to_owned(),
        bump => format!("a {bump} version is needed"),
    };
    let moved = if old == new {
        format!("stays at {old}")
    } else {
        format!("goes from {old} to {new}")
    };
    if need.is_met() {
        format!("{needed}; {subject} {moved}: enough")
    } else {
        format!(
            "{needed}; {subject} {moved}: it must be at least {}",
            need.lowest()
        )
    }
}

fn painted(verdict: Verdict, style: Style) -> String {
    match verdict {
        Verdict::Ok => style.green(verdict.as_str()),
        Verdict::Caution => style.yellow(verdict.as_str()),
        Verdict::Breaks => style.red(verdict.as_str()),
    }
}

/// A value on one line.
fn shortened(value: &Value) -> String {
    let text = printable(&value.to_string());
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            let start = text.get(..end).unwrap_or_default();
            format!("{start} ... (--format json has all of it)")
        }
        None => text,
    }
}

/// Most names of events in a line of text. JSON has all of them.
const MOST_NAMES: usize = 20;

fn affected(change: &Change) -> String {
    let names: Vec<&str> = change
        .events
        .iter()
        .take(MOST_NAMES)
        .map(String::as_str)
        .collect();
    let events = match change.events.len() {
        0 => "the document".to_owned(),
        count if count > MOST_NAMES => {
            format!(
                "{} and {} more events",
                names.join(", "),
                count - MOST_NAMES
            )
        }
        _ => names.join(", "),
    };
    match &change.shared_type {
        Some(name) => format!("shared type {name} of {events}"),
        None => events,
    }
}

fn file_of<'a>(comparison: &'a Comparison<'_>, source: Source) -> &'a str {
    let lock = |side: &Side<'a>| side.lock.map(|lock| lock.file.as_str());
    match source {
        Source::OldDocument => &comparison.old.document.file,
        Source::NewDocument => &comparison.new.document.file,
        Source::OldLock => lock(&comparison.old).unwrap_or(&comparison.old.document.file),
        Source::NewLock => lock(&comparison.new).unwrap_or(&comparison.new.document.file),
    }
}

/// Witnesses with the side that sends them.
fn witnesses(change: &Change) -> impl Iterator<Item = (&'static str, &Witness)> {
    let old = change.old_witness.as_ref();
    let new = change.new_witness.as_ref();
    let old = old.map(|it| ("old producer, refused by a new server", it));
    old.into_iter()
        .chain(new.map(|it| ("new producer, refused by an old server", it)))
}
