//! The files of the page. They are part of the program; the page loads nothing else.

/// A file of the page: name, content type, and content.
pub(super) type Asset = (&'static str, &'static str, &'static str);

macro_rules! assets {
    ($($name:literal: $kind:literal,)+) => {
        &[$(($name, $kind, include_str!(concat!("page/", $name))),)+]
    };
}

const FILES: &[Asset] = assets! {
    "view.html": "text/html; charset=utf-8",
    "view.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "main.js": "text/javascript; charset=utf-8",
    "dom.js": "text/javascript; charset=utf-8",
    "list.js": "text/javascript; charset=utf-8",
    "detail.js": "text/javascript; charset=utf-8",
    "coverage.js": "text/javascript; charset=utf-8",
};

/// The file with a name. The page itself has an empty name.
pub(super) fn asset(name: &str) -> Option<&'static Asset> {
    let name = if name.is_empty() { "view.html" } else { name };
    FILES.iter().find(|(file, ..)| *file == name)
}
