//! The report of a live check.

mod annotations;
mod json;
mod markdown;
mod text;

use std::path::Path;

use super::{Format, Style, printable};
use crate::{
    live::{Choice, Contracts, Coverage, FieldPlan, Group, Outcome, coverage},
    report::code::line_of,
};

pub use self::json::as_json;

/// The findings that make the check fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailOn {
    /// A value that a document or a lock does not allow.
    pub violations: bool,
    /// A current event, field, enum value or label that did not occur.
    pub coverage: bool,
    /// A field that always had its sentinel.
    pub sentinels: bool,
}

impl Default for FailOn {
    fn default() -> Self {
        Self {
            violations: true,
            coverage: false,
            sentinels: false,
        }
    }
}

/// A check with its result.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// Name of the input.
    pub file: &'a str,
    /// The documents.
    pub contracts: &'a Contracts,
    /// The result.
    pub outcome: &'a Outcome,
    /// The findings that make the check fail.
    pub fail_on: FailOn,
}

impl<'a> Report<'a> {
    /// Whether the check fails. Unreadable records are reported separately.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        let coverage = self.coverage();
        let is_incomplete = coverage.iter().any(|event| !event.is_complete());
        let has_sentinel = coverage.iter().any(|it| !it.always_sentinel.is_empty());
        (self.fail_on.violations && self.outcome.violations.total() > 0)
            || (self.fail_on.coverage && is_incomplete)
            || (self.fail_on.sentinels && has_sentinel)
    }

    fn coverage(&self) -> Vec<Coverage<'a>> {
        coverage(self.contracts, self.outcome)
    }

    /// The first line of the report.
    fn summary(&self) -> String {
        let counted = |count: u64, noun: &str| {
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {noun}{plural}")
        };
        let outcome = self.outcome;
        let mut text = counted(outcome.events, "event");
        if outcome.envelopes > 0 {
            text.push_str(&format!(" in {}", counted(outcome.envelopes, "envelope")));
        }
        text.push_str(&format!(
            ", {}",
            counted(outcome.violations.total(), "violation")
        ));
        if outcome.unreadable.total > 0 {
            let count = counted(outcome.unreadable.total, "unreadable record");
            text.push_str(&format!(", {count}"));
        }
        text
    }

    /// File, line and item of the declaration that a violation concerns.
    fn code(&self, group: &Group, root: &Path) -> Option<(String, Option<usize>, String)> {
        let code = self.contracts.code_of(group)?;
        Some((code.file.clone(), line_of(root, code), code.path.clone()))
    }
}

/// The event and the field of a violation.
fn subject(group: &Group) -> String {
    let mut text = match (&*group.event, group.version) {
        ("", _) => "an event".to_owned(),
        (event, Some(version)) => format!("{event} {version}"),
        (event, None) => event.to_owned(),
    };
    if !group.field.is_empty() {
        text.push_str(&format!(", {}", group.field));
    }
    text
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// The sentence about values that did not occur. `quote` writes a value.
fn unseen_values(field: &FieldPlan, choices: &[&Choice], quote: fn(&str) -> String) -> String {
    let values: Vec<_> = choices.iter().map(|it| quote(&it.value)).collect();
    let plural = if values.len() == 1 { "" } else { "s" };
    format!(
        "{} never had the {}{plural} {}",
        quote(&field.path.join("/")),
        field.kind.as_str(),
        values.join(", ")
    )
}

/// The sentence about violations and records that are counted only.
fn rest(total: u64, shown: usize, noun: &str) -> Option<String> {
    let more = total.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX));
    (more > 0).then(|| format!("{more} more {noun} are counted, but not listed"))
}

/// The violations and the unreadable records as text, without the coverage.
#[must_use]
pub fn mistakes(report: &Report<'_>, root: &Path) -> String {
    text::mistakes(report, root)
}

/// The report in a format. `root` is the root of the repository, for lines of code.
#[must_use]
pub fn render(report: &Report<'_>, format: Format, style: Style, root: &Path) -> String {
    match format {
        Format::Text => text::as_text(report, style, root),
        Format::Json => {
            // JSON may contain controls above ASCII; the escape of `printable` is also that of JSON.
            let text = format!("{:#}", as_json(report, root));
            text.lines().map(|line| printable(line) + "\n").collect()
        }
        Format::Markdown => markdown::as_markdown(report),
        Format::Github => annotations::as_annotations(report, root),
    }
}
