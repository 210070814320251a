//! A dictionary as Markdown.

use std::fmt::Write;

use serde_json::Value;

use super::{
    ChangeEntry, Dictionary, EventEntry, Fact, FieldEntry, Piece, Removed, Target, TypeEntry,
    VersionEntry,
    visible::{Span, spans, visible},
};

/// The page.
#[must_use]
pub fn render(dictionary: &Dictionary) -> String {
    let mut out = String::new();
    let title = words(&dictionary.description);
    let _ = writeln!(out, "# Data dictionary\n");
    paragraph(&mut out, &title);
    facts(&mut out, &dictionary.facts);
    contents(&mut out, dictionary);
    heading(&mut out, 2, "Events");
    for event in &dictionary.events {
        event_entry(&mut out, event);
    }
    if !dictionary.removed.is_empty() {
        heading(&mut out, 2, "Removed events");
        removed(&mut out, "Event", &dictionary.removed);
    }
    if !dictionary.types.is_empty() {
        heading(&mut out, 2, "Shared types");
        for ty in &dictionary.types {
            type_entry(&mut out, ty);
        }
    }
    if let Some(found) = &dictionary.free_text {
        heading(&mut out, 2, "Free text");
        if found.is_empty() {
            paragraph(&mut out, "No field has free text.");
        } else {
            paragraph(
                &mut out,
                "The values of these fields are not known at compile time.",
            );
            let rows = found.iter().map(|it| {
                let reason = it.reason.as_deref().map(words).unwrap_or_default();
                vec![pieces(std::slice::from_ref(&it.field)), reason]
            });
            table(&mut out, &["Field", "Reason"], rows);
        }
    }
    if !dictionary.versions.is_empty() {
        heading(&mut out, 2, "Versions");
        for version in &dictionary.versions {
            version_entry(&mut out, version);
        }
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
    out
}

fn heading(out: &mut String, level: usize, text: &str) {
    let _ = writeln!(out, "{} {text}\n", "#".repeat(level));
}

fn anchored(out: &mut String, level: usize, target: &Target, name: &str) {
    let _ = writeln!(out, "<a id=\"{}\"></a>\n", target.anchor());
    heading(out, level, &code(name));
}

fn paragraph(out: &mut String, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(out, "{text}\n");
    }
}

fn facts(out: &mut String, facts: &[Fact]) {
    for fact in facts {
        let _ = writeln!(out, "- {}: {}", fact.name, pieces(&fact.value));
    }
    if !facts.is_empty() {
        out.push('\n');
    }
}

fn table(out: &mut String, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = writeln!(out, "| {} |", head.join(" | "));
    let _ = writeln!(out, "|{}", " --- |".repeat(head.len()));
    for row in rows {
        out.push('|');
        for cell in row {
            if cell.is_empty() {
                out.push_str(" |");
            } else {
                let _ = write!(out, " {cell} |");
            }
        }
        out.push('\n');
    }
    out.push('\n');
}

fn contents(out: &mut String, dictionary: &Dictionary) {
    heading(out, 2, "Contents");
    let rows = dictionary.events.iter().map(|event| {
        let link = Piece::Link(Target::Event(event.name.clone()), event.name.clone());
        vec![
            pieces(&[link]),
            event.fields.len().to_string(),
            words(&event.category),
            words(&event.description),
        ]
    });
    table(
        out,
        &["Event", "Fields", "GDPR category", "Description"],
        rows,
    );
    if !dictionary.types.is_empty() {
        let links = dictionary
            .types
            .iter()
            .map(|ty| Piece::Link(Target::Type(ty.name.clone()), ty.name.clone()));
        paragraph(
            out,
            &format!("Shared types: {}.", pieces(&super::listed(links))),
        );
    }
}

fn event_entry(out: &mut String, event: &EventEntry) {
    anchored(out, 3, &Target::Event(event.name.clone()), &event.name);
    paragraph(out, &words(&event.description));
    facts(out, &event.facts);
    if event.fields.is_empty() {
        paragraph(out, "The event has no fields.");
    } else {
        table(
            out,
            &["Field", "Type and values", "Description"],
            event.fields.iter().map(|field| field_row(event, field)),
        );
    }
    if !event.removed.is_empty() {
        heading(out, 4, "Removed fields");
        removed(out, "Field", &event.removed);
    }
    if let Some(sample) = &event.sample {
        heading(out, 4, "Sample payload");
        paragraph(out, "The values are invented; the schema accepts them.");
        out.push_str(&fenced(sample));
    }
}

/// The text is ASCII, and each line is indented or a bracket, so no line ends the block.
fn fenced(sample: &Value) -> String {
    format!("```json\n{}```\n\n", crate::json::to_text(sample))
}

fn field_row(event: &EventEntry, field: &FieldEntry) -> Vec<String> {
    let target = Target::Field(event.name.clone(), field.path.clone());
    let mut name = format!(
        "<a id=\"{}\"></a>{}",
        target.anchor(),
        code(&field.full_name())
    );
    for mark in &field.marks {
        let _ = write!(name, "<br>{mark}");
    }
    let mut ty = pieces(&field.ty);
    for fact in &field.facts {
        let _ = write!(ty, "<br>{}: {}", fact.name, pieces(&fact.value));
    }
    let mut description = words(&field.description);
    for fact in &field.purpose {
        if !description.is_empty() {
            description.push_str("<br>");
        }
        let _ = write!(description, "{}: {}", fact.name, pieces(&fact.value));
    }
    vec![name, ty, description]
}

fn removed(out: &mut String, what: &str, entries: &[Removed]) {
    let described = entries.iter().any(|it| !it.description.is_empty());
    let mut head = vec![what, "Last version", "Removed in"];
    head.extend(described.then_some("Description"));
    let rows = entries.iter().map(|it| {
        let mut row = vec![code(&it.name), it.last.to_string(), it.removed.to_string()];
        row.extend(described.then(|| words(&it.description)));
        row
    });
    table(out, &head, rows);
}

fn type_entry(out: &mut String, ty: &TypeEntry) {
    anchored(out, 3, &Target::Type(ty.name.clone()), &ty.name);
    paragraph(out, &words(&ty.description));
    let _ = writeln!(out, "- Type: {}", pieces(&ty.ty));
    let used_by = if ty.used_by.is_empty() {
        "no field".to_owned()
    } else {
        pieces(&ty.used_by)
    };
    let _ = writeln!(out, "- Used by: {used_by}\n");
    if !ty.values.is_empty() {
        let sent = ty.values.iter().any(|it| it.sent_by.is_some());
        let dated = ty.values.iter().any(|it| !it.marks.is_empty());
        let mut head = vec!["Value"];
        head.extend(sent.then_some("Sent by"));
        head.extend(dated.then_some("History"));
        let rows = ty.values.iter().map(|it| {
            let mut row = vec![code(&it.value)];
            if sent {
                row.push(pieces(it.sent_by.as_deref().unwrap_or_default()));
            }
            if dated {
                row.push(it.marks.join(", "));
            }
            row
        });
        table(out, &head, rows);
    }
    if !ty.removed.is_empty() {
        heading(out, 4, "Removed values");
        removed(out, "Value", &ty.removed);
    }
}

fn version_entry(out: &mut String, entry: &VersionEntry) {
    heading(out, 3, &format!("Version {}", entry.version));
    paragraph(out, &entry.summary());
    if !entry.changes.is_empty() {
        let value = |value: &Option<Piece>| pieces(value.as_slice());
        let row = |change: &ChangeEntry| {
            vec![
                change.title.to_owned(),
                pieces(&change.place),
                value(&change.before),
                value(&change.after),
            ]
        };
        table(
            out,
            &["Change", "Place", "Before", "After"],
            entry.changes.iter().map(row),
        );
    }
}

fn pieces(all: &[Piece]) -> String {
    all.iter()
        .map(|piece| match piece {
            Piece::Plain(text) => escaped(text),
            Piece::Words(text) => words(text),
            Piece::Code(text) => code(text),
            Piece::Link(target, text) => format!("[{}](#{})", code(text), target.anchor()),
        })
        .collect()
}

fn words(text: &str) -> String {
    let spans = spans(text);
    let written = spans.iter().map(|span| match span {
        Span::Words(text) => escaped(text),
        Span::Code(text) => code(text),
    });
    at_start(written.collect())
}

/// Code. Text that could end backticks, a cell of a table or a tag becomes HTML.
fn code(text: &str) -> String {
    let text = match text {
        "" => "\"\"".to_owned(),
        text => visible(text),
    };
    let is_simple = !text.contains(['`', '|', '<', '&']) && text.trim() == text;
    if is_simple {
        return format!("`{text}`");
    }
    let mut written = String::from("<code>");
    for character in text.chars() {
        if character.is_alphanumeric() || character == ' ' {
            written.push(character);
        } else {
            let _ = write!(written, "&#{};", u32::from(character));
        }
    }
    written.push_str("</code>");
    written
}

/// Text without markup, links and mentions.
fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '#' | '!' | '@' => {
                written.push('\\');
                written.push(character);
            }
            _ => written.push(character),
        }
    }
    written
        .replace("://", "\\://")
        .replace("www.", "www\\.")
        .replace("mailto:", "mailto\\:")
        .replace("xmpp:", "xmpp\\:")
}

/// A list, a heading or a rule begins with these characters.
fn at_start(text: String) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let behind = text.get(digits..).unwrap_or_default();
    if digits > 0 && behind.starts_with(['.', ')']) {
        let number = text.get(..digits).unwrap_or_default();
        return format!("{number}\\{behind}");
    }
    if text.starts_with(['-', '+', '=']) {
        return format!("\\{text}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_document_stays_text() {
        assert_eq!(
            words("*a* _b_ ~~c~~ [d](e) ![f] #g $h$ <i> &amp; \\ | @j"),
            "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\[d\\](e) \\!\\[f\\] \\#g \\$h\\$ &lt;i&gt; &amp;amp; \\\\ \\| \\@j"
        );
        assert_eq!(
            words("http://h www.h mailto:h xmpp:h"),
            "http\\://h www\\.h mailto\\:h xmpp\\:h"
        );
        assert_eq!(words("- a"), "\\- a");
        assert_eq!(words("+ a"), "\\+ a");
        assert_eq!(words("=== a"), "\\=== a");
        assert_eq!(words("12. a"), "12\\. a");
        assert_eq!(words("1) a"), "1\\) a");
        assert_eq!(words("12 a\n\n    b `c|d`"), "12 a b <code>c&#124;d</code>");
        assert_eq!(code("a*b_c"), "`a*b_c`");
        assert_eq!(code(" a"), "<code> a</code>");
        assert_eq!(code(""), "`\"\"`");
    }
}
