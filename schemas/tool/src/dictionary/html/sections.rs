//! The sections of the page.
//!
//! **Invariants.** Tables have a caption and a scope for each heading. Roles repeat their structure,
//! because browsers remove it when a style for narrow pages changes how a table is displayed.

use std::fmt::Write;

use super::{breakable, code, escaped, link, pieces, words};
use crate::dictionary::{
    Dictionary, EventEntry, Fact, FieldEntry, FreeText, Piece, Removed, Target, TypeEntry,
    ValueEntry, VersionEntry,
};

/// A cell: its content and whether it is the heading of its row.
struct Row {
    /// Attributes of the row, with a space before each.
    attributes: String,
    heading: String,
    cells: Vec<String>,
}

fn table(
    out: &mut String,
    class: &str,
    caption: &str,
    head: &[&str],
    rows: impl Iterator<Item = Row>,
) {
    let _ = write!(
        out,
        "<table class=\"{class}\" role=\"table\">\n<caption>{caption}</caption>\n\
         <thead role=\"rowgroup\">\n<tr role=\"row\">"
    );
    for name in head {
        let _ = write!(out, "<th scope=\"col\" role=\"columnheader\">{name}</th>");
    }
    out.push_str("</tr>\n</thead>\n<tbody role=\"rowgroup\">\n");
    for row in rows {
        let _ = write!(
            out,
            "<tr role=\"row\"{}>\n<th scope=\"row\" role=\"rowheader\">{}</th>\n",
            row.attributes, row.heading
        );
        for (name, cell) in head.iter().skip(1).zip(&row.cells) {
            // Empty cells have no place on a narrow page.
            let empty = if cell.is_empty() {
                " class=\"empty\""
            } else {
                ""
            };
            let _ = writeln!(
                out,
                "<td role=\"cell\" data-name=\"{name}\"{empty}>{cell}</td>"
            );
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

pub(super) fn facts(out: &mut String, facts: &[Fact]) {
    if facts.is_empty() {
        return;
    }
    out.push_str("<dl class=\"facts\">\n");
    for fact in facts {
        let value = pieces(&fact.value);
        let _ = writeln!(out, "<div><dt>{}</dt><dd>{value}</dd></div>", fact.name);
    }
    out.push_str("</dl>\n");
}

fn paragraph(out: &mut String, text: &str) {
    let text = words(text);
    if !text.is_empty() {
        let _ = writeln!(out, "<p dir=\"auto\">{text}</p>");
    }
}

pub(super) fn overview(out: &mut String, dictionary: &Dictionary) {
    out.push_str("<section aria-labelledby=\"overview\">\n<h2 id=\"overview\">Overview</h2>\n");
    let rows = dictionary.events.iter().map(|event| Row {
        attributes: " data-item".to_owned(),
        heading: link(&Target::Event(event.name.clone()), &event.name),
        cells: vec![
            words(&event.description),
            event.fields.len().to_string(),
            words(&event.category),
        ],
    });
    let head = ["Event", "Description", "Fields", "GDPR category"];
    table(out, "overview", "All events", &head, rows);
    out.push_str("</section>\n");
}

pub(super) fn free_text(out: &mut String, found: &[FreeText]) {
    out.push_str("<section aria-labelledby=\"free-text\">\n<h2 id=\"free-text\">Free text</h2>\n");
    if found.is_empty() {
        out.push_str("<p>No field has free text.</p>\n");
    } else {
        out.push_str("<p>The values of these fields are not known at compile time.</p>\n");
        let rows = found.iter().map(|it| Row {
            attributes: " data-item".to_owned(),
            heading: pieces(std::slice::from_ref(&it.field)),
            cells: vec![it.reason.as_deref().map(words).unwrap_or_default()],
        });
        table(
            out,
            "short",
            "Fields with free text",
            &["Field", "Reason"],
            rows,
        );
    }
    out.push_str("</section>\n");
}

pub(super) fn event(out: &mut String, event: &EventEntry) {
    let anchor = Target::Event(event.name.clone()).anchor();
    let _ = write!(
        out,
        "<article class=\"entry\" data-group aria-labelledby=\"{anchor}\">\n\
         <div data-about>\n<h3 id=\"{anchor}\">{}</h3>\n",
        link(&Target::Event(event.name.clone()), &event.name)
    );
    paragraph(out, &event.description);
    facts(out, &event.facts);
    out.push_str("</div>\n");
    if event.fields.is_empty() {
        out.push_str("<p>The event has no fields.</p>\n");
    } else {
        let caption = format!("Fields of {}", code(&event.name));
        let head = ["Field", "Type and values", "Description"];
        let rows = event.fields.iter().map(|field| field_row(event, field));
        table(out, "fields", &caption, &head, rows);
    }
    if !event.removed.is_empty() {
        out.push_str("<h4>Removed fields</h4>\n");
        let caption = format!("Fields that {} had in earlier versions", code(&event.name));
        removed(out, "Field", &caption, &event.removed);
    }
    if let Some(sample) = &event.sample {
        let _ = write!(
            out,
            "<h4>Sample payload</h4>\n<details class=\"sample\">\n<summary>Show a payload of {}\
             </summary>\n<p>The values are invented; the schema accepts them.</p>\n\
             <pre tabindex=\"0\" aria-label=\"Sample payload\"><code>{}</code></pre>\n</details>\n",
            code(&event.name),
            escaped(&crate::json::to_text(sample))
        );
    }
    out.push_str("</article>\n");
}

fn field_row(event: &EventEntry, field: &FieldEntry) -> Row {
    let target = Target::Field(event.name.clone(), field.path.clone());
    let anchor = target.anchor();
    let mut heading = match &*field.path {
        [] | [_] => link(&target, &field.full_name()),
        [parents @ .., name] => format!(
            "<a href=\"#{anchor}\"><code><span class=\"parent\">{}[].</span>{}</code></a>",
            breakable(&parents.join("[].")),
            breakable(name)
        ),
    };
    heading.push_str(&marks(&field.marks));
    let mut ty = format!("<p class=\"type\">{}</p>", pieces(&field.ty));
    ty.push_str(&small_facts(&field.facts));
    let mut description = String::new();
    paragraph(&mut description, &field.description);
    description.push_str(&small_facts(&field.purpose));
    let class = if field.path.len() > 1 {
        " class=\"part\""
    } else {
        ""
    };
    Row {
        attributes: format!(" id=\"{anchor}\" data-item{class}"),
        heading,
        cells: vec![ty, description.trim_end().to_owned()],
    }
}

fn marks(marks: &[String]) -> String {
    let written = marks.iter().map(|mark| {
        let class = if mark.starts_with("retired") {
            " old"
        } else {
            ""
        };
        format!(" <span class=\"mark{class}\">{}</span>", escaped(mark))
    });
    written.collect()
}

fn small_facts(facts: &[Fact]) -> String {
    if facts.is_empty() {
        return String::new();
    }
    let written: String = facts
        .iter()
        .map(|fact| {
            let value = pieces(&fact.value);
            let class = match fact.name {
                "Privacy class" if value == "free text" => " class=\"alert\"",
                _ => "",
            };
            format!("<div{class}><dt>{}</dt><dd>{value}</dd></div>", fact.name)
        })
        .collect();
    format!("<dl>{written}</dl>")
}

pub(super) fn removed(out: &mut String, what: &str, caption: &str, entries: &[Removed]) {
    let described = entries.iter().any(|it| !it.description.is_empty());
    let mut head = vec![what, "Last version", "Removed in"];
    head.extend(described.then_some("Description"));
    let rows = entries.iter().map(|it| {
        let mut cells = vec![it.last.to_string(), it.removed.to_string()];
        cells.extend(described.then(|| words(&it.description)));
        Row {
            attributes: " data-item".to_owned(),
            heading: code(&it.name),
            cells,
        }
    });
    table(out, "short", caption, &head, rows);
}

pub(super) fn shared_type(out: &mut String, ty: &TypeEntry) {
    let target = Target::Type(ty.name.clone());
    let anchor = target.anchor();
    let _ = write!(
        out,
        "<article class=\"entry\" data-group aria-labelledby=\"{anchor}\">\n\
         <div data-about>\n<h3 id=\"{anchor}\">{}</h3>\n",
        link(&target, &ty.name)
    );
    paragraph(out, &ty.description);
    let used_by = if ty.used_by.is_empty() {
        "no field".to_owned()
    } else {
        pieces(&ty.used_by)
    };
    let _ = write!(
        out,
        "<dl class=\"facts\">\n<div><dt>Type</dt><dd>{}</dd></div>\n\
         <div class=\"wide\"><dt>Used by</dt><dd>{used_by}</dd></div>\n</dl>\n</div>\n",
        pieces(&ty.ty)
    );
    if !ty.values.is_empty() {
        let caption = format!("Values of {}", code(&ty.name));
        values(out, &caption, &ty.values);
    }
    if !ty.removed.is_empty() {
        out.push_str("<h4>Removed values</h4>\n");
        let caption = format!("Values that {} had in earlier versions", code(&ty.name));
        removed(out, "Value", &caption, &ty.removed);
    }
    out.push_str("</article>\n");
}

fn values(out: &mut String, caption: &str, values: &[ValueEntry]) {
    let sent = values.iter().any(|it| it.sent_by.is_some());
    let mut head = vec!["Value"];
    head.extend(sent.then_some("Sent by"));
    let rows = values.iter().map(|it| Row {
        attributes: " data-item".to_owned(),
        heading: format!("{}{}", code(&it.value), marks(&it.marks)),
        cells: it.sent_by.as_deref().map(pieces).into_iter().collect(),
    });
    let class = if sent { "short" } else { "short values" };
    table(out, class, caption, &head, rows);
}

pub(super) fn version(out: &mut String, entry: &VersionEntry) {
    let _ = write!(
        out,
        "<article class=\"entry\" data-group>\n<div data-about>\n<h3>Version {}</h3>\n<p>{}</p>\n</div>\n",
        entry.version,
        entry.summary()
    );
    if !entry.changes.is_empty() {
        let value = |value: &Option<Piece>| pieces(value.as_slice());
        let rows = entry.changes.iter().map(|change| Row {
            attributes: " data-item".to_owned(),
            heading: escaped(change.title),
            cells: vec![
                pieces(&change.place),
                value(&change.before),
                value(&change.after),
            ],
        });
        let caption = format!("Changes of version {}", entry.version);
        let head = ["Change", "Place", "Before", "After"];
        table(out, "changes", &caption, &head, rows);
    }
    out.push_str("</article>\n");
}
