//! The facts on the page.

use expect_test::expect_file;
use jsonschema::draft7;
use serde_json::json;
use telemetry_tool::{
    dictionary::{Dictionary, Target, html, markdown},
    document, history, json as text,
};

use crate::{PUBLISHED, file, small, without_lock};

#[test]
fn the_dictionary_of_a_small_document_is_the_recorded_one() {
    expect_file!["expected.md"].assert_eq(&markdown::render(&small()));
}

#[test]
fn a_document_without_a_lock_has_only_its_own_facts() {
    let dictionary = without_lock("tests/dictionary/events.json");
    expect_file!["expected_without_lock.md"].assert_eq(&markdown::render(&dictionary));
    let page = html::render(&dictionary);
    let main = page.split_once("<body>").unwrap().1;
    for word in [
        "Privacy class",
        "Sentinel",
        "Sent by",
        "Sends",
        "Free text",
        "Versions",
        "Removed",
        "added in",
        "Unit",
    ] {
        assert!(!main.contains(&format!(">{word}")), "{word}");
    }
    assert!(
        main.contains("Is the cache used?"),
        "`$comment` is the question"
    );
}

#[test]
fn html_has_the_same_facts_as_markdown() {
    let page = html::render(&small());
    for fact in [
        "<dt>Unit</dt><dd><code class=\"whole\">tokens</code>",
        "<dt>Sent range</dt><dd>-1 to 1000000</dd>",
        "<dt>Range</dt><dd>signed 64-bit</dd>",
        "<dt>Range</dt><dd>0 to 1.5</dd>",
        "<dt>Default</dt><dd><code class=\"whole\">0</code>",
        "<dt>Why</dt><dd>How long are inputs?</dd>",
        "<dt>Privacy class</dt><dd>free text</dd>",
        "<dt>Reason</dt><dd>Public names; a path becomes <code class=\"whole\">local_path</code>.</dd>",
        "<dt>Longest list sent</dt><dd>10 items</dd>",
        "<dt>Length</dt><dd>at most 40 characters</dd>",
        "<dt>Expires</dt><dd>never</dd>",
        "<span class=\"mark\">added in 1.10</span>",
        "<span class=\"mark old\">retired in 1.10</span>",
        "<h3>Version 1.8</h3>",
        "<h2 id=\"removed\">Removed events</h2>",
    ] {
        assert!(page.contains(fact), "{fact}");
    }
}

#[test]
fn the_published_document_is_complete() {
    let dictionary = without_lock(PUBLISHED);
    let document = document::load(file(PUBLISHED)).unwrap();
    let page = html::render(&dictionary).replace("<wbr>", "");
    let lines = markdown::render(&dictionary);
    let mut fields = 0;
    for event in &document.events {
        for field in &event.payload.fields {
            let anchor = Target::Field(event.name.clone(), vec![field.name.clone()]).anchor();
            assert!(page.contains(&format!(" id=\"{anchor}\"")), "{anchor}");
            let row = format!("<a id=\"{anchor}\"></a>`{}`", field.name);
            assert!(lines.contains(&row), "{row}");
            fields += 1;
        }
        let anchor = Target::Event(event.name.clone()).anchor();
        assert!(page.contains(&format!("<h3 id=\"{anchor}\">")), "{anchor}");
    }
    assert!(fields > 90, "{fields} fields");
    for (ty, entry) in document.types.iter().zip(&dictionary.types) {
        let document::Shape::Enum(values) = &*ty.shape else {
            continue;
        };
        let written: Vec<_> = entry.values.iter().map(|it| it.value.clone()).collect();
        assert_eq!(&written, values, "{}", ty.name);
        for value in values {
            assert!(lines.contains(&format!("\n| `{value}` |")), "{value}");
            assert!(page.contains(&format!(">{value}</code>")), "{value}");
        }
    }
}

#[test]
fn the_schema_accepts_each_sample() {
    for path in [PUBLISHED, "tests/dictionary/events.json"] {
        let dictionary = match path {
            PUBLISHED => without_lock(path),
            _ => small(),
        };
        let document = document::load(file(path)).unwrap();
        for event in &dictionary.events {
            let schema = json!({
                "$schema": "http://json-schema.org/draft-07/schema#",
                "definitions": document.json["definitions"],
                "allOf": [{"$ref": format!("#/definitions/events/{}", event.name)}],
            });
            let sample = event.sample.as_ref().unwrap();
            let validator = draft7::new(&schema).unwrap();
            assert!(validator.is_valid(sample), "{}", text::to_text(sample));
        }
    }
}

#[test]
fn the_output_depends_only_on_the_content() {
    let bytes = std::fs::read(file(PUBLISHED)).unwrap();
    let render = |name: &str| {
        let document = document::read(name, &bytes).unwrap();
        let dictionary = crate::of_document(document);
        (html::render(&dictionary), markdown::render(&dictionary))
    };
    assert_eq!(render("a.json"), render("/elsewhere/b.json"));
}

#[test]
fn released_documents_of_the_same_or_a_later_version_are_not_history() {
    let path = file("tests/dictionary/history/1.8.json");
    let current = history::load(&path, None).unwrap();
    let released = history::released(&file("tests/dictionary/history")).unwrap();
    let dictionary = Dictionary::new(&current, &released);
    assert_eq!(dictionary, Dictionary::new(&current, &[]));
}
