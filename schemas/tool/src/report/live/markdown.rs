//! A live check as Markdown.

use std::fmt::Write;

use super::{Report, rest, subject, unseen_values};
use crate::{
    live::{Coverage, sentinel_sentence},
    report::{markdown_cell, markdown_code},
};

pub(super) fn as_markdown(report: &Report<'_>) -> String {
    let outcome = report.outcome;
    let mut text = String::new();
    let is_finding = report.is_finding() || outcome.unreadable.total > 0;
    let mark = if is_finding { "Findings" } else { "Fine" };
    let file = markdown_code(report.file);
    let _ = writeln!(text, "### {mark}: {file}, {}\n", report.summary());
    let coverage = report.coverage();
    text.push_str("| event | version | events | fields | values | invalid |\n");
    text.push_str("| --- | --- | ---: | ---: | ---: | ---: |\n");
    for event in &coverage {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {}/{} | {}/{} | {} |",
            markdown_code(&event.plan.event),
            event.plan.version(),
            event.tally.events,
            event.fields_seen,
            event.fields,
            event.values_seen,
            event.values,
            event.tally.violating
        );
    }
    violations(&mut text, report);
    unreadable(&mut text, report);
    for event in &coverage {
        gaps(&mut text, event);
    }
    text
}

fn violations(text: &mut String, report: &Report<'_>) {
    let violations = &report.outcome.violations;
    if violations.total() == 0 {
        return;
    }
    text.push_str("\n| rule | event and field | violations | first line | pointer | wrong |\n");
    text.push_str("| --- | --- | ---: | ---: | --- | --- |\n");
    for group in violations.groups() {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            group.rule.id(),
            markdown_code(&subject(group)),
            group.count,
            group.first.line,
            markdown_code(&group.first.pointer),
            markdown_code(&group.wrong)
        );
    }
    if let Some(rest) = rest(violations.beyond(), 0, "violations") {
        let _ = writeln!(text, "\n{rest}.");
    }
}

fn unreadable(text: &mut String, report: &Report<'_>) {
    let unreadable = &report.outcome.unreadable;
    if unreadable.total == 0 {
        return;
    }
    text.push_str("\n| line | column | unreadable record |\n| ---: | ---: | --- |\n");
    for (line, column, wrong) in &unreadable.first {
        let _ = writeln!(text, "| {line} | {column} | {} |", markdown_code(wrong));
    }
    if let Some(rest) = rest(
        unreadable.total,
        unreadable.first.len(),
        "unreadable records",
    ) {
        let _ = writeln!(text, "\n{rest}.");
    }
}

fn gaps(text: &mut String, event: &Coverage<'_>) {
    let mut lines: Vec<String> = Vec::new();
    if event.tally.events == 0 {
        lines.push("the event did not occur".to_owned());
    } else {
        for (field, counts) in &event.always_sentinel {
            lines.push(markdown_cell(&sentinel_sentence(field, counts)));
        }
        for field in &event.unseen_fields {
            lines.push(format!(
                "{} did not occur",
                markdown_code(&field.path.join("/"))
            ));
        }
        for (field, choices) in &event.unseen_values {
            lines.push(unseen_values(field, choices, markdown_code));
        }
    }
    if lines.is_empty() {
        return;
    }
    let name = markdown_code(&event.plan.event);
    let _ = writeln!(text, "\n{name} {}:\n", event.plan.version());
    for line in lines {
        let _ = writeln!(text, "- {line}");
    }
}
