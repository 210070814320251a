//! A comparison as text.

use std::{fmt::Write, path::Path};

use super::{affected, file_of, painted, shortened, summary, witnesses};
use crate::{
    diff::{Change, Comparison},
    report::{Style, code::line_of, printable},
    rules::Bump,
};

pub(super) fn as_text(text: &mut String, comparison: &Comparison<'_>, style: Style, root: &Path) {
    let (old, new) = (comparison.old.document, comparison.new.document);
    let _ = writeln!(
        text,
        "{} {} -> {} {}, policy {}",
        style.bold(&printable(&old.file)),
        old.meta.version,
        style.bold(&printable(&new.file)),
        new.meta.version,
        comparison.policy.as_str()
    );
    match (comparison.old.lock, comparison.new.lock) {
        (Some(_), Some(_)) => {}
        (None, None) => text
            .push_str("  without locks: sentinels, units, labels and buckets are not compared\n"),
        (None, Some(_)) => text.push_str(
            "  the old side has no lock: sentinels, units, labels and buckets are not compared\n",
        ),
        (Some(_), None) => text.push_str(
            "  the new side has no lock: sentinels, units, labels and buckets are not compared\n",
        ),
    }
    for change in &comparison.changes {
        change_text(text, comparison, change, style, root);
    }
    text.push('\n');
    for line in summary(comparison) {
        let line = printable(&line);
        let _ = writeln!(
            text,
            "{}",
            if comparison.is_finding() {
                style.red(&line)
            } else {
                line
            }
        );
    }
    text.push('\n');
}

fn change_text(
    text: &mut String,
    comparison: &Comparison<'_>,
    change: &Change,
    style: Style,
    root: &Path,
) {
    let title = format!("{} ({})", change.rule.title, affected(change));
    let _ = writeln!(
        text,
        "\n{}  {}",
        style.bold(change.rule.id),
        printable(&title)
    );
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(text, "  {}  {value}", style.dim(&format!("{key:8}")));
    };
    line(
        "at",
        &printable(&format!(
            "{}:{} {}",
            file_of(comparison, change.source),
            change.position.line,
            change.pointer
        )),
    );
    if let Some(code) = &change.code {
        let place = match line_of(root, code) {
            Some(line) => format!("{}:{line} {}", code.file, code.path),
            None => format!("{} {}", code.file, code.path),
        };
        line("code", &printable(&place));
    }
    if let Some(before) = &change.before {
        line("before", &shortened(before));
    }
    if let Some(after) = &change.after {
        line("after", &shortened(after));
    }
    if let Some(note) = &change.note {
        line("note", &style.yellow(&printable(note)));
    }
    line(
        "effect",
        &format!(
            "old producer -> new server: {}; new producer -> old server: {}; reader: {}",
            painted(change.old_to_new, style),
            painted(change.new_to_old, style),
            painted(change.readers, style)
        ),
    );
    let mut needs = match change.bump {
        Bump::None => "no version".to_owned(),
        Bump::Forbidden => style.red("forbidden"),
        bump => format!("a {bump} version"),
    };
    if change.needs_sign_off {
        needs.push_str(" and the approval of a reviewer for privacy");
    }
    line("needs", &needs);
    line("advice", change.rule.advice);
    for (side, witness) in witnesses(change) {
        if let Some(payload) = comparison.payload(witness) {
            line("witness", &format!("{side}: {}", shortened(&payload)));
        }
    }
}
