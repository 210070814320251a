//! The command that rewrites a registry document, for error messages.
//!
//! The macro does not know the schema tool of a product, so the package specifies it in Cargo.toml:
//!
//! ```toml
//! [package.metadata.telemetry]
//! refresh = "cargo run --bin schema -- write schemas/events.json"
//! ```
//!
//! The compiler does not need to track it: the command appears only in errors, and a build that failed
//! always runs again.

use std::{fmt, fs, path::Path};

use super::locate::{Base, SWITCH};

const TABLE: &str = "[package.metadata.telemetry]";
const KEY: &str = "refresh";

/// The command that rewrites the document. Its `Display` is the last line of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Refresh(Option<String>);

impl Refresh {
    /// The command in the Cargo.toml of the base folder.
    pub(crate) fn of(base: &Base) -> Self {
        let manifest = fs::read_to_string(base.folder.join(Path::new("Cargo.toml")));
        Self::in_manifest(&manifest.unwrap_or_default())
    }

    fn in_manifest(manifest: &str) -> Self {
        let table = manifest
            .lines()
            .map(str::trim)
            .skip_while(|line| !line.starts_with(TABLE))
            .skip(1)
            .take_while(|line| !line.starts_with('['));
        Self(table.into_iter().find_map(command))
    }
}

/// The command in `refresh = "..."`.
fn command(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=')?;
    if key.trim() != KEY {
        return None;
    }
    // TOML has two kinds of single-line strings. A basic string is parsed as a Rust string.
    let value = value.trim();
    let text = match value.strip_prefix('\'') {
        Some(literal) => literal.split_once('\'').map(|(text, _)| text.to_owned()),
        None => syn::parse_str::<syn::LitStr>(&quoted(value)?)
            .ok()
            .map(|literal| literal.value()),
    };
    text.filter(|text| !text.trim().is_empty())
}

/// The text up to its closing quote, without the comment after it.
fn quoted(value: &str) -> Option<String> {
    let mut escaped = false;
    let inner = value.strip_prefix('"')?;
    let end = inner.find(|c| {
        let is_end = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        is_end
    })?;
    Some(format!("\"{}\"", inner.get(..end)?))
}

impl fmt::Display for Refresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(command) => write!(f, "help: to rewrite the document: `{SWITCH}=off {command}`"),
            None => write!(
                f,
                "help: to rewrite the document, run its schema tool with `{SWITCH}=off`; to see the command here, set `{KEY}` in `{TABLE}` of Cargo.toml"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command_in(manifest: &str) -> Option<String> {
        Refresh::in_manifest(manifest).0
    }

    #[test]
    fn the_command_is_read_from_the_manifest() {
        let manifest = "[package]\nname = \"x\"\nrefresh = \"no\"\n\n\
             [package.metadata.telemetry] # why\n# how\nrefresh = \"make \\\"x\\\"\" # don't\n\n[lints]\nrefresh = \"no\"\n";
        assert_eq!(command_in(manifest).as_deref(), Some("make \"x\""));
        let literal = "[package.metadata.telemetry]\nother = 1\nrefresh='make x' # don't";
        assert_eq!(command_in(literal).as_deref(), Some("make x"));
    }

    #[test]
    fn without_a_command_the_message_describes_how_to_set_one() {
        for manifest in [
            "",
            "[package]\nrefresh = \"no\"",
            "[package.metadata.telemetry]\nrefresh = 5",
            "[package.metadata.telemetry]\nrefresh = \"\"",
            "[package.metadata.telemetry]\n[other]\nrefresh = \"no\"",
        ] {
            assert_eq!(command_in(manifest), None, "{manifest}");
        }
        let text = Refresh::default().to_string();
        assert!(text.contains("`TELEMETRY_REGISTRY=off`"), "{text}");
    }
}
