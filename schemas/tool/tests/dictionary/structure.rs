//! The structure of the HTML: elements, headings, landmarks, tables, links.

use std::collections::{HashMap, HashSet};

use telemetry_tool::dictionary::html;

use crate::{PUBLISHED, escapes::hostile_page, small, without_lock};

const VOID: [&str; 3] = ["meta", "input", "wbr"];

/// A start tag with its attributes, and the names of the elements around it.
struct Element {
    name: String,
    attributes: HashMap<String, String>,
    parents: Vec<String>,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The elements of a page. Panics if a tag is not closed in order or an attribute has no quotes.
fn elements(page: &str) -> Vec<Element> {
    let mut rest = page
        .strip_prefix("<!DOCTYPE html>\n")
        .expect("the standard mode of browsers");
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    while let Some((before, behind)) = rest.split_once('<') {
        assert!(!before.contains('>'), "{before}");
        let (tag, behind) = behind.split_once('>').expect("an end of the tag");
        rest = behind;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{before}");
            continue;
        }
        let (name, mut text) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(
            name.bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()),
            "{tag}"
        );
        let mut attributes = HashMap::new();
        while !text.is_empty() {
            let end = text.find([' ', '=']).unwrap_or(text.len());
            let (key, behind) = text.split_at(end);
            let (value, behind) = match behind.strip_prefix("=\"") {
                Some(behind) => behind.split_once('"').expect("a closing quote"),
                None => ("", behind),
            };
            let previous = attributes.insert(key.to_owned(), value.to_owned());
            assert!(previous.is_none(), "{tag}");
            assert!(
                key.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'),
                "{tag}"
            );
            text = behind.trim_start();
        }
        found.push(Element {
            name: name.to_owned(),
            attributes,
            parents: open.clone(),
        });
        if matches!(name, "style" | "script") {
            let end = format!("</{name}>");
            rest = rest.split_once(&end).expect("an end tag").1;
        } else if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "{open:?}");
    found
}

fn pages() -> [String; 4] {
    [
        html::render(&small()),
        html::render(&without_lock("tests/dictionary/events.json")),
        html::render(&without_lock(PUBLISHED)),
        hostile_page(),
    ]
}

#[test]
fn elements_are_closed_in_order_and_ids_are_unique() {
    for page in pages() {
        let elements = elements(&page);
        assert!(elements.len() > 100);
        let mut ids = HashSet::new();
        for id in elements.iter().filter_map(|it| it.attribute("id")) {
            assert!(ids.insert(id), "{id}");
        }
        let refers = ["aria-labelledby", "aria-describedby", "for"];
        for element in &elements {
            let links = element.attribute("href").map(|it| {
                it.strip_prefix('#')
                    .unwrap_or_else(|| panic!("{it} leaves the page"))
            });
            let names = refers.iter().filter_map(|name| element.attribute(name));
            for id in links.into_iter().chain(names) {
                assert!(ids.contains(id), "{id}");
            }
        }
    }
}

#[test]
fn headings_begin_at_one_and_skip_no_level() {
    for page in pages() {
        let levels: Vec<u32> = elements(&page)
            .iter()
            .filter_map(|it| it.name.strip_prefix('h')?.parse().ok())
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        assert_eq!(levels.first(), Some(&1));
        for pair in levels.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "{levels:?}");
        }
        assert!(levels.len() > 5);
    }
}

#[test]
fn readers_of_screens_and_keyboards_find_the_parts() {
    for page in pages() {
        let elements = elements(&page);
        let count = |name: &str| elements.iter().filter(|it| it.name == name).count();
        for landmark in ["header", "nav", "main", "title", "h1", "form", "label"] {
            assert_eq!(count(landmark), 1, "{landmark}");
        }
        let first = elements.iter().find(|it| it.name == "a").unwrap();
        assert_eq!(first.attribute("class"), Some("skip"));
        assert_eq!(first.attribute("href"), Some("#content"));
        let html = elements.iter().find(|it| it.name == "html").unwrap();
        assert_eq!(html.attribute("lang"), Some("en"));
        let nav = elements.iter().find(|it| it.name == "nav").unwrap();
        assert_eq!(nav.attribute("aria-label"), Some("Contents"));
        assert_eq!(count("table"), count("caption"));
        for cell in elements.iter().filter(|it| it.name == "th") {
            let scope = if cell.parents.iter().any(|it| it == "thead") {
                "col"
            } else {
                "row"
            };
            assert_eq!(cell.attribute("scope"), Some(scope));
        }
        let count = |name: &str, value: &str| {
            let with = elements
                .iter()
                .filter(|it| it.attribute(name) == Some(value));
            with.count()
        };
        // The search hides rows, and each row has one heading.
        assert_eq!(count("data-item", ""), count("scope", "row"));
        assert!(count("data-item", "") > 3);
    }
}

#[test]
fn the_page_loads_nothing_and_works_without_the_script() {
    for page in pages() {
        let elements = elements(&page);
        for element in &elements {
            for attribute in ["src", "srcset", "style", "action", "data", "poster"] {
                assert_eq!(element.attribute(attribute), None);
            }
            assert!(element.name != "link" && element.name != "base");
            let hidden = element.attribute("hidden").is_some();
            assert_eq!(
                hidden,
                element.name == "form",
                "only the search needs the script"
            );
            let handler = element.attributes.keys().find(|it| it.starts_with("on"));
            assert_eq!(handler, None);
        }
        let policy = elements
            .iter()
            .find(|it| it.attribute("http-equiv").is_some())
            .and_then(|it| it.attribute("content"))
            .unwrap();
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        let program = |tag: &str| {
            let behind = page.split_once(&format!("<{tag}>")).unwrap().1;
            behind.split_once(&format!("</{tag}>")).unwrap().0
        };
        for text in [program("style"), program("script")] {
            for external in ["http", "//fonts", "url(", "@import", "fetch(", "import("] {
                assert!(!text.contains(external), "{external}");
            }
        }
    }
}
