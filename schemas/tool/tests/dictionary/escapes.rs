//! Text of a document stays text.

use telemetry_tool::{
    dictionary::{html, markdown},
    document,
};

use crate::{file, of_document};

/// Markup, quotes, links, and characters that hide or reorder text.
const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'&lt;`|</style></title>\
    -->\u{202e}live\u{2066}\u{200b}\u{0}\u{1b}[31m\u{85}\u{2028} [x](javascript:alert(3)) \
    ![i](http://h.example/p.png) www.h.example <https://h.example> a@h.example\n# heading\n| cell |";

/// The small document with a hostile text instead of each description, name and value.
pub(crate) fn hostile_page() -> String {
    let (page, _) = rendered();
    page
}

fn rendered() -> (String, String) {
    let text = std::fs::read_to_string(file("tests/dictionary/events.json")).unwrap();
    let quoted = serde_json::Value::from(HOSTILE).to_string();
    let inner = &quoted[1..quoted.len() - 1];
    let mut changed = text;
    for name in [
        "Events of a tool.",
        "\"Tool\"",
        "How a run ended.",
        "One run of `tool`.",
        "Sizes and outcome.",
        "How the run ended.",
        "Is the cache used?",
        "Name of the model.",
    ] {
        assert!(changed.contains(name), "{name}");
        let name = name.trim_matches('"');
        changed = changed.replace(name, inner);
    }
    for name in ["\"model\"", "\"preview\"", "\"failure\"", "\"cached\""] {
        assert!(changed.contains(name), "{name}");
        changed = changed.replace(name, &quoted);
    }
    let document = document::read("hostile.json", changed.as_bytes()).unwrap();
    let dictionary = of_document(document);
    (html::render(&dictionary), markdown::render(&dictionary))
}

#[test]
fn a_document_cannot_add_markup() {
    let (page, lines) = rendered();
    assert_eq!(page.matches("<script").count(), 1, "only the search");
    assert_eq!(page.matches("<style").count(), 1);
    assert!(page.matches("&lt;script&gt;alert(1)").count() > 10);
    for tag in ["<img", "onerror=alert(2)>'", "<https", "<!--", "-->"] {
        assert!(!page.contains(tag), "{tag}");
    }
    // The sample is in a fenced block, which has no markup.
    let outside: String = lines.split("```").step_by(2).collect();
    // A character behind a backslash is text.
    let escapes = ["\\\\", "\\[", "\\]", "\\!", "\\:", "\\.", "\\@", "\\`"];
    let outside = escapes
        .iter()
        .fold(outside, |text, escape| text.replace(escape, ""));
    for markup in ["<script", "<img", "](javascript", "![", "</style", "<https"] {
        assert!(!outside.contains(markup), "{markup}");
    }
    for link in ["http://", " www.h", "https://", "a@h"] {
        assert!(!outside.contains(link), "{link}");
    }
    assert!(!lines.contains("\n# heading"));
}

#[test]
fn a_document_cannot_hide_or_reorder_text() {
    let (page, lines) = rendered();
    for text in [page, lines] {
        assert!(text.contains("\\u202elive\\u2066") || text.contains("\\\\u202elive\\\\u2066"));
        let hidden = |it: char| {
            (it.is_control() && it != '\n')
                || ('\u{200b}'..='\u{200f}').contains(&it)
                || ('\u{2028}'..='\u{202e}').contains(&it)
                || ('\u{2066}'..='\u{2069}').contains(&it)
        };
        let found = text.find(hidden).map(|at| &text[at.saturating_sub(40)..at]);
        assert_eq!(found, None);
    }
}

#[test]
fn a_row_of_a_markdown_table_keeps_its_cells() {
    let (_, lines) = rendered();
    let mut rows = 0;
    for table in lines.split("\n\n").filter(|it| it.starts_with("| ")) {
        // A bar with a backslash is text.
        let cells = |row: &str| row.replace("\\|", "").matches('|').count();
        let head = table.lines().next().map(cells);
        for row in table.lines() {
            assert_eq!(Some(cells(row)), head, "{row}");
            rows += 1;
        }
    }
    assert!(rows > 10, "{rows}");
}
