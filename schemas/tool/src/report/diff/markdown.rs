//! A comparison as Markdown.

use std::fmt::Write;

use serde_json::Value;

use super::{affected, shortened, summary, witnesses};
use crate::{
    diff::Comparison,
    report::{markdown_cell, markdown_code},
};

pub(super) fn as_markdown(text: &mut String, comparison: &Comparison<'_>) {
    let (old, new) = (comparison.old.document, comparison.new.document);
    let mark = if comparison.is_finding() {
        "Finding"
    } else {
        "Fine"
    };
    let _ = writeln!(
        text,
        "### {mark}: {} {} to {}\n",
        markdown_code(&new.file),
        old.meta.version,
        new.meta.version
    );
    for line in summary(comparison) {
        let _ = writeln!(text, "- {}", markdown_cell(&line));
    }
    if comparison.changes.is_empty() {
        text.push('\n');
        return;
    }
    text.push_str(
        "\n| rule | place | before | after | old producer | new producer | reader | needs |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for change in &comparison.changes {
        let value = |value: &Option<Value>| {
            value
                .as_ref()
                .map_or(String::new(), |it| markdown_code(&shortened(it)))
        };
        let approval = if change.needs_sign_off {
            " + approval"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "| [{}]({}) | {} | {} | {} | {} | {} | {} | {}{approval} |",
            change.rule.id,
            change.rule.link(),
            markdown_code(&change.pointer),
            value(&change.before),
            value(&change.after),
            change.old_to_new,
            change.new_to_old,
            change.readers,
            change.bump
        );
    }
    for change in &comparison.changes {
        let _ = writeln!(
            text,
            "\n**{}** in {}: {}",
            change.rule.id,
            markdown_cell(&affected(change)),
            change.rule.advice
        );
        if let Some(note) = &change.note {
            let _ = writeln!(text, "- note: {}", markdown_code(note));
        }
        for (side, witness) in witnesses(change) {
            if let Some(payload) = comparison.payload(witness) {
                let _ = writeln!(text, "- {side}: {}", markdown_code(&shortened(&payload)));
            }
        }
    }
    text.push('\n');
}
