//! The frame of the page: head, contents, search.

use std::fmt::Write;

use super::{digest, escaped, link, sections, words};
use crate::dictionary::{Dictionary, Target, visible::visible};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("search.js");

/// The page.
#[must_use]
pub fn render(dictionary: &Dictionary) -> String {
    let mut out = String::new();
    head(&mut out, dictionary);
    let _ = write!(
        out,
        "<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n\
         <header class=\"top\">\n<p class=\"kicker\">Data dictionary</p>\n<h1>{}</h1>\n",
        words(title(dictionary))
    );
    sections::facts(&mut out, &dictionary.facts);
    out.push_str("</header>\n<div class=\"layout\">\n");
    contents(&mut out, dictionary);
    out.push_str("<main id=\"content\" tabindex=\"-1\">\n");
    sections::overview(&mut out, dictionary);
    out.push_str("<section aria-labelledby=\"events\">\n<h2 id=\"events\">Events</h2>\n");
    for event in &dictionary.events {
        sections::event(&mut out, event);
    }
    out.push_str("</section>\n");
    if !dictionary.removed.is_empty() {
        out.push_str(
            "<section aria-labelledby=\"removed\">\n<h2 id=\"removed\">Removed events</h2>\n",
        );
        sections::removed(
            &mut out,
            "Event",
            "Events of earlier versions",
            &dictionary.removed,
        );
        out.push_str("</section>\n");
    }
    if !dictionary.types.is_empty() {
        out.push_str("<section aria-labelledby=\"types\">\n<h2 id=\"types\">Shared types</h2>\n");
        for ty in &dictionary.types {
            sections::shared_type(&mut out, ty);
        }
        out.push_str("</section>\n");
    }
    if let Some(found) = &dictionary.free_text {
        sections::free_text(&mut out, found);
    }
    if !dictionary.versions.is_empty() {
        out.push_str("<section aria-labelledby=\"versions\">\n<h2 id=\"versions\">Versions</h2>\n");
        for version in &dictionary.versions {
            sections::version(&mut out, version);
        }
        out.push_str("</section>\n");
    }
    let _ = write!(
        out,
        "</main>\n</div>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    );
    out
}

/// A page needs a title, even if the document has no description.
fn title(dictionary: &Dictionary) -> &str {
    match dictionary.description.trim() {
        "" => "Events",
        text => text.strip_suffix('.').unwrap_or(text),
    }
}

fn head(out: &mut String, dictionary: &Dictionary) {
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; \
         script-src '{}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{} {}: data dictionary</title>\n<style>{STYLE}</style>\n</head>\n",
        digest::source(STYLE),
        digest::source(SCRIPT),
        escaped(&visible(title(dictionary))),
        dictionary.version,
    );
}

fn contents(out: &mut String, dictionary: &Dictionary) {
    // The script shows the form; without a script a reader uses the search of the browser.
    out.push_str(
        "<nav aria-label=\"Contents\">\n\
         <form role=\"search\" id=\"search\" hidden>\n<label for=\"query\">Search</label>\n\
         <input type=\"search\" id=\"query\" autocomplete=\"off\" spellcheck=\"false\" \
         placeholder=\"name, value, unit\" aria-describedby=\"hint\" \
         aria-keyshortcuts=\"/\">\n\
         <p id=\"hint\" class=\"hint\">Press <kbd>/</kbd> to search, <kbd>Esc</kbd> to clear.</p>\n\
         <p id=\"found\" role=\"status\"></p>\n</form>\n\
         <details class=\"contents\" open>\n<summary>Contents</summary>\n<ul>\n",
    );
    let line = |out: &mut String, anchor: &str, text: &str| {
        let _ = writeln!(out, "<li><a href=\"#{anchor}\">{text}</a></li>");
    };
    line(out, "overview", "Overview");
    out.push_str("<li><a href=\"#events\">Events</a>\n<ul>\n");
    for event in &dictionary.events {
        let target = Target::Event(event.name.clone());
        let _ = writeln!(out, "<li>{}</li>", link(&target, &event.name));
    }
    out.push_str("</ul></li>\n");
    if !dictionary.removed.is_empty() {
        line(out, "removed", "Removed events");
    }
    if !dictionary.types.is_empty() {
        out.push_str("<li><a href=\"#types\">Shared types</a>\n<ul>\n");
        for ty in &dictionary.types {
            let target = Target::Type(ty.name.clone());
            let _ = writeln!(out, "<li>{}</li>", link(&target, &ty.name));
        }
        out.push_str("</ul></li>\n");
    }
    if dictionary.free_text.is_some() {
        line(out, "free-text", "Free text");
    }
    if !dictionary.versions.is_empty() {
        line(out, "versions", "Versions");
    }
    out.push_str("</ul>\n</details>\n</nav>\n");
}
