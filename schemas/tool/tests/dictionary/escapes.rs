//! Text of a document stays text.

use telemetry_tool::{
    dictionary::{Dictionary, html, markdown},
    document,
    history::{self, Released},
    lock,
};

use crate::file;

/// Markup, quotes, links, and characters that hide or reorder text.
const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'&lt;`|</style></title>\
    -->\u{202e}live\u{2066}\u{200b}\u{0}\u{1b}[31m\u{85}\u{2028} [x](javascript:alert(3)) \
    ![i](http://h.example/p.png) www.h.example <https://h.example> a@h.example\n# heading\n| cell |";

/// The small document and its lock, with a hostile text instead of descriptions, names, values and notes.
pub(crate) fn hostile_page() -> String {
    let (page, _) = rendered();
    page
}

fn rendered() -> (String, String) {
    let document = changed(
        "events.json",
        &[
            "Events of a tool.",
            "Tool\"",
            "How a run ended.",
            "One run of `tool`.",
            "Sizes and outcome.",
            "How the run ended.",
            "Is the cache used?",
            "Name of the model.",
        ],
    );
    let lock = changed(
        "events.lock.json",
        &[
            "sha256:0b5c",
            "src/events.rs",
            "team-runs",
            "never",
            "100/min",
            "tokens",
            "101+",
            "How long are inputs?",
            "Public names; a path becomes `local_path`.",
        ],
    );
    let current = Released {
        document: document::read("hostile.json", document.as_bytes()).unwrap(),
        lock: Some(lock::read("hostile.lock.json", lock.as_bytes()).unwrap()),
    };
    let released = history::released(&file("tests/dictionary/history")).unwrap();
    let dictionary = Dictionary::new(&current, &released);
    (html::render(&dictionary), markdown::render(&dictionary))
}

/// A file with the hostile text instead of each part, and of some names and values.
fn changed(name: &str, parts: &[&str]) -> String {
    let text = std::fs::read_to_string(file("tests/dictionary").join(name)).unwrap();
    let quoted = serde_json::Value::from(HOSTILE).to_string();
    let inner = &quoted[1..quoted.len() - 1];
    let mut text = ["model", "preview", "failure", "run_event"]
        .iter()
        .fold(text, |text, name| {
            text.replace(&format!("\"{name}\""), &quoted)
        });
    let reference = "#/definitions/events/run_event";
    let token = HOSTILE
        .replace('~', "~0")
        .replace('/', "~1")
        .replace('%', "%25");
    let token = serde_json::Value::from(format!("#/definitions/events/{token}")).to_string();
    text = text.replace(&format!("\"{reference}\""), &token);
    for part in parts {
        assert!(text.contains(part), "{part}");
        let end = if part.ends_with('"') { "\"" } else { "" };
        text = text.replace(part, &format!("{inner}{end}"));
    }
    text
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
