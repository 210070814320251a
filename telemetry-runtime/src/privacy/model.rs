//! The label of a model: its repository id, or that it is a local path.
//!
//! A path can contain the name of a user, a customer or a project. Text is therefore returned only if
//! it has the form of a repository id (`name` or `namespace/name`) and no such path exists on this
//! machine. The form follows `huggingface_hub` 1.33, restricted to ASCII.

use std::{borrow::Cow, io::ErrorKind, path::Path};

const UNKNOWN: &str = "undefined";
const LOCAL: &str = "local_path";

/// The label of the model `name`: the repository id, `"local_path"`, or `"undefined"` without a name.
///
/// A name that exists relative to the working directory is a local path. So is a name for which the
/// file system returns an error that does not prove its absence.
///
/// ```
/// use telemetry_runtime::privacy::repository_label;
///
/// assert_eq!(repository_label(Some("google/gemma-2b")), "google/gemma-2b");
/// assert_eq!(repository_label(Some("/home/alice/model")), "local_path");
/// assert_eq!(repository_label(Some("C:\\models\\m")), "local_path");
/// assert_eq!(repository_label(Some(" ")), "undefined");
/// assert_eq!(repository_label(None), "undefined");
/// ```
#[must_use]
pub fn repository_label(name: Option<&str>) -> Cow<'static, str> {
    repository_label_with(name, may_exist)
}

/// Like [`repository_label`], with a custom check of the file system.
///
/// `exists` is called at most once, and only for a name in the form of a repository id.
///
/// ```
/// use telemetry_runtime::privacy::repository_label_with;
///
/// assert_eq!(repository_label_with(Some("org/model"), |_| false), "org/model");
/// assert_eq!(repository_label_with(Some("org/model"), |_| true), "local_path");
/// ```
#[must_use]
pub fn repository_label_with(
    name: Option<&str>,
    exists: impl FnOnce(&Path) -> bool,
) -> Cow<'static, str> {
    match name.map(str::trim) {
        None | Some("") => Cow::Borrowed(UNKNOWN),
        Some(name) if is_repository_id(name) && !exists(Path::new(name)) => {
            Cow::Owned(name.to_owned())
        }
        Some(_) => Cow::Borrowed(LOCAL),
    }
}

/// True for text in the form of a repository id: `name` or `namespace/name`.
///
/// Both parts consist of ASCII letters, digits, `_`, `-` and `.`, and neither begin nor end with `-` or
/// `.`. The name has at most 96 characters and does not end in `.git`. `--` and `..` do not occur.
///
/// ```
/// use telemetry_runtime::privacy::is_repository_id;
///
/// assert!(is_repository_id("gpt2") && is_repository_id("org/v1.0.0-rc.1"));
/// assert!(!is_repository_id("a/b/c") && !is_repository_id("~/m") && !is_repository_id("a--b"));
/// ```
#[must_use]
pub fn is_repository_id(text: &str) -> bool {
    let (namespace, name) = match text.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, text),
    };
    namespace.is_none_or(is_part)
        && is_part(name)
        && name.chars().count() <= 96
        && !text.contains("--")
        && !text.contains("..")
        && !text.ends_with(".git")
}

fn is_part(part: &str) -> bool {
    part.starts_with(is_word)
        && part.ends_with(is_word)
        && part
            .chars()
            .all(|character| is_word(character) || matches!(character, '-' | '.'))
}

const fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// False only if the path certainly does not exist.
fn may_exist(path: &Path) -> bool {
    match path.try_exists() {
        Ok(exists) => exists,
        Err(error) => error.kind() != ErrorKind::NotADirectory,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_repository_ids_are_looked_up_in_the_file_system() {
        for path in [
            "/etc/passwd",
            "~/m",
            "a/b/c",
            "\\\\server\\share",
            "file:///m",
            "",
            " ",
        ] {
            let _ = repository_label_with(Some(path), |path| panic!("looked up {path:?}"));
        }
        let mut looked_up = None;
        let _ = repository_label_with(Some("\torg/model "), |path| {
            looked_up = Some(path.to_owned());
            false
        });
        assert_eq!(looked_up.as_deref(), Some(Path::new("org/model")));
    }

    #[test]
    fn existing_and_unreadable_paths_are_local() {
        // Integration and unit tests run in the package's directory.
        assert_eq!(repository_label(Some("src")), "local_path");
        assert_eq!(repository_label(Some("src/lib.rs")), "local_path");
        assert_eq!(repository_label(Some("src/nothing")), "src/nothing");
        assert_eq!(
            repository_label(Some("Cargo.toml/model")),
            "Cargo.toml/model"
        );
        let too_long_for_a_file = format!("{}/m", "o".repeat(300));
        assert_eq!(repository_label(Some(&too_long_for_a_file)), "local_path");
    }

    #[test]
    fn a_name_is_at_most_96_ascii_characters() {
        assert!(is_repository_id(&"m".repeat(96)));
        assert!(!is_repository_id(&"m".repeat(97)));
        assert!(is_repository_id(&format!("{}/m", "o".repeat(200))));
        for name in ["é", "org/模型", "m²", "ⓐ", "m\u{301}", "m\u{200b}"] {
            assert!(!is_repository_id(name), "{name:?}");
        }
    }
}
