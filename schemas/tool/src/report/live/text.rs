//! A live check as text of 80 columns.

use std::{fmt::Write, path::Path};

use super::{Report, rest, subject, times, unseen_values};
use crate::{
    live::{Coverage, Group, sentinel_sentence},
    report::{Style, printable},
};

const WIDTH: usize = 80;
/// Widest name of an event in the table.
const NAME: usize = 31;

/// The violations without the coverage.
pub(super) fn mistakes(report: &Report<'_>, root: &Path) -> String {
    let mut text = format!("{}: {}\n", printable(report.file), report.summary());
    unreadable(&mut text, report, Style::default());
    violations(&mut text, report, Style::default(), root);
    text
}

pub(super) fn as_text(report: &Report<'_>, style: Style, root: &Path) -> String {
    let mut text = String::new();
    let summary = report.summary();
    let _ = writeln!(
        text,
        "{}: {}",
        style.bold(&printable(report.file)),
        if report.is_finding() {
            style.red(&summary)
        } else {
            summary
        }
    );
    unreadable(&mut text, report, style);
    let coverage = report.coverage();
    table(&mut text, &coverage, style);
    violations(&mut text, report, style, root);
    for event in &coverage {
        gaps(&mut text, event, style);
    }
    text
}

fn unreadable(text: &mut String, report: &Report<'_>, style: Style) {
    let unreadable = &report.outcome.unreadable;
    if unreadable.total > 0 {
        text.push('\n');
    }
    let file = printable(report.file);
    for (line, column, wrong) in &unreadable.first {
        let wrong = style.red(&printable(wrong));
        let _ = writeln!(text, "{file}:{line}:{column}: {wrong}");
    }
    if let Some(rest) = rest(
        unreadable.total,
        unreadable.first.len(),
        "unreadable records",
    ) {
        let _ = writeln!(text, "{rest}");
    }
}

fn table(text: &mut String, coverage: &[Coverage<'_>], style: Style) {
    let name = |event: &Coverage<'_>| printable(&event.plan.event).chars().count();
    let width = coverage.iter().map(name).max().unwrap_or(0).clamp(5, NAME);
    let row = |name: &str, version: &str, counts: [&str; 4]| {
        let [events, fields, values, invalid] = counts;
        format!("{name:width$}  {version:>7}  {events:>9}  {fields:>7}  {values:>7}  {invalid:>9}")
    };
    let head = row(
        "event",
        "version",
        ["events", "fields", "values", "invalid"],
    );
    let _ = writeln!(text, "\n{}", style.bold(&head));
    for event in coverage {
        let tally = event.tally;
        let line = row(
            &middle(&printable(&event.plan.event), NAME),
            &event.plan.version().to_string(),
            [
                &tally.events.to_string(),
                &format!("{}/{}", event.fields_seen, event.fields),
                &format!("{}/{}", event.values_seen, event.values),
                &tally.violating.to_string(),
            ],
        );
        let line = if tally.violating > 0 {
            style.red(&line)
        } else if tally.events == 0 {
            style.dim(&line)
        } else {
            line
        };
        let _ = writeln!(text, "{line}");
    }
}

/// A name that keeps its begin and its end.
fn middle(name: &str, width: usize) -> String {
    let count = name.chars().count();
    if count <= width {
        return name.to_owned();
    }
    let kept = width.saturating_sub(2);
    let begin: String = name.chars().take(kept - kept / 2).collect();
    let end: String = name.chars().skip(count - kept / 2).collect();
    format!("{begin}..{end}")
}

fn violations(text: &mut String, report: &Report<'_>, style: Style, root: &Path) {
    let violations = &report.outcome.violations;
    for group in violations.groups() {
        violation(text, report, group, style, root);
    }
    if let Some(beyond) = rest(violations.beyond(), 0, "violations") {
        let _ = writeln!(text, "\n{beyond}");
    }
}

fn violation(text: &mut String, report: &Report<'_>, group: &Group, style: Style, root: &Path) {
    let subject = printable(&subject(group));
    let _ = writeln!(
        text,
        "\n{}  {subject}, {}",
        style.bold(group.rule.id()),
        times(group.count)
    );
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(
            text,
            "  {}  {}",
            style.dim(&format!("{key:5}")),
            printable(value)
        );
    };
    line("wrong", &group.wrong);
    let first = &group.first;
    line(
        "at",
        &format!("{}:{} {}", report.file, first.line, first.pointer),
    );
    if let Some(case) = &group.case {
        line("case", case);
    }
    if let Some((file, at, path)) = report.code(group, root) {
        let at = at.map_or(String::new(), |at| format!(":{at}"));
        line("code", &format!("{file}{at} {path}"));
    }
}

fn gaps(text: &mut String, event: &Coverage<'_>, style: Style) {
    let name = printable(&event.plan.event);
    let title = format!("{} {}", style.bold(&name), event.plan.version());
    if event.tally.events == 0 {
        let _ = writeln!(
            text,
            "\n{title}  {}",
            style.yellow("the event did not occur")
        );
        return;
    }
    let mut lines: Vec<(String, bool)> = Vec::new();
    for (field, counts) in &event.always_sentinel {
        lines.push((sentinel_sentence(field, counts), true));
    }
    for (field, choice) in &event.always_boolean {
        lines.push((
            format!("{} was always {}", field.path.join("/"), choice.value),
            false,
        ));
    }
    if !event.unseen_fields.is_empty() {
        let names = event.unseen_fields.iter().map(|field| field.path.join("/"));
        lines.push((format!("did not occur: {}", joined(names)), true));
    }
    for (field, choices) in &event.unseen_values {
        lines.push((unseen_values(field, choices, str::to_owned), false));
    }
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    for (line, is_marked) in lines {
        for (at, part) in wrapped(&printable(&line), WIDTH - 4).iter().enumerate() {
            let part = if is_marked {
                style.yellow(part)
            } else {
                part.clone()
            };
            let indent = if at == 0 { "  " } else { "    " };
            let _ = writeln!(text, "{indent}{part}");
        }
    }
}

fn joined(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Lines that break at spaces.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_keeps_the_width() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable a", 4), ["unbreakable", "a"]);
        assert_eq!(middle("abcdefghij", 7), "abc..ij");
        assert_eq!(middle("abcdefg", 7), "abcdefg");
    }
}
