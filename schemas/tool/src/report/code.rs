//! The line of a declaration in Rust code.

use std::{
    fs,
    path::{Component, Path},
};

use crate::lock::CodePlace;

/// The line of an item: a struct, an enum, a field or a variant. `root` is the root of the repository.
///
/// `None` if the file is not inside of `root`, cannot be read, or does not declare the item.
#[must_use]
pub fn line_of(root: &Path, place: &CodePlace) -> Option<usize> {
    let file = Path::new(&place.file);
    // The name comes from a lock, which may be from a stranger.
    let is_inside = file
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_inside {
        return None;
    }
    line_in(&fs::read_to_string(root.join(file)).ok()?, &place.path)
}

fn line_in(text: &str, path: &str) -> Option<usize> {
    let mut names = path.rsplit("::");
    let last = names.next()?;
    let parent = names.next();
    let item = parent.unwrap_or(last);
    let mut lines = text.lines().enumerate();
    let declared = lines.position(|(_, line)| {
        let words: Vec<&str> = words(line).collect();
        let mut pairs = words.iter().zip(words.iter().skip(1));
        pairs.any(|(keyword, name)| matches!(*keyword, "struct" | "enum") && *name == item)
    })?;
    if parent.is_none() {
        return Some(declared + 1);
    }
    let mut depth = 0_usize;
    for (at, line) in text.lines().enumerate().skip(declared) {
        let code = line.split("//").next().unwrap_or_default();
        let word =
            words(code).find(|word| !matches!(*word, "pub" | "crate" | "super" | "in" | "r"));
        if at > declared && word == Some(last) && !code.trim_start().starts_with('#') {
            return Some(at + 1);
        }
        depth += code.matches('{').count();
        depth = depth.saturating_sub(code.matches('}').count());
        if at > declared && depth == 0 && code.contains('}') {
            break;
        }
    }
    Some(declared + 1)
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|it: char| !it.is_alphanumeric() && it != '_')
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_that_of_the_item() {
        let text = "\
/// A struct Other.
#[derive(TelemetryEvent)]
pub struct RunEvent {
    /// status: text
    #[event(status)]
    pub(crate) r#status: Status,
    pub count: i64, // tasks
}

enum Status {
    Success,
}

struct Tail { tasks: i64 }
";
        for (path, line) in [
            ("RunEvent", Some(3)),
            ("RunEvent::status", Some(6)),
            ("RunEvent::count", Some(7)),
            ("Status::Success", Some(11)),
            // A field that does not exist: the struct.
            ("RunEvent::tasks", Some(3)),
            ("Missing", None),
        ] {
            assert_eq!(line_in(text, path), line, "{path}");
        }
    }

    #[test]
    fn files_outside_of_the_repository_are_not_read() {
        for file in ["/etc/hostname", "../Cargo.toml", "src/../../Cargo.toml"] {
            let place = CodePlace {
                file: file.to_owned(),
                path: "X".to_owned(),
            };
            assert_eq!(line_of(Path::new(env!("CARGO_MANIFEST_DIR")), &place), None);
        }
    }
}
