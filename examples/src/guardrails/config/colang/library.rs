//! The Colang files that the original ships with.
//!
//! A Rust host has no copy of them, so a recorded table says of each what counting needs.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::version::Version;
use super::{Colang, Parsed, Source};
use crate::guardrails::config::error::ConfigError;

const FILES: &str = include_str!("../data/library_files.json");

/// Where `import core` finds `core.co`.
const STANDARD: &str = "nemoguardrails/colang/v2_x/library";

/// The table, by path below the folder that holds the package.
pub(super) struct Library(BTreeMap<String, Json>);

impl Library {
    pub(super) fn new() -> Result<Self, ConfigError> {
        serde_json::from_str(FILES)
            .map(Self)
            .map_err(|_| ConfigError::Table("library_files"))
    }

    /// The files that an import path means, if it means any here.
    pub(super) fn find(&self, import: &str) -> Option<Vec<Colang>> {
        let import = relative(import)?;
        [STANDARD, ""].iter().find_map(|root| {
            let path = join(root, &import);
            self.at(&path).or_else(|| self.at(&format!("{path}.co")))
        })
    }

    fn at(&self, path: &str) -> Option<Vec<Colang>> {
        if self.0.contains_key(path) {
            let is_standard = path.starts_with(STANDARD);
            let file = || Colang::new(Source::Library(path.to_owned()));
            return Some(vec![if is_standard {
                Colang::standard(path.to_owned())
            } else {
                file()
            }]);
        }
        // Loaded as a folder, files carry only their base name, and the original no longer knows
        // them for its own: all their flows count as custom ones.
        let folder = join(path, "");
        let below: Vec<Colang> = self
            .0
            .keys()
            .filter(|known| known.starts_with(&folder))
            .map(|known| Colang::new(Source::Library(known.clone())))
            .collect();
        (!below.is_empty()).then_some(below)
    }

    /// What a file of the table holds for a configuration of `version`.
    pub(super) fn parse(&self, path: &str, version: Version) -> Result<Parsed, ConfigError> {
        let broken = || ConfigError::Table("library_files");
        let file = self.0.get(path).ok_or_else(broken)?;
        let written_in = match file.get("colang").and_then(Json::as_str) {
            Some("1.0") => Version::V1,
            _ => Version::V2,
        };
        if written_in != version {
            return Ok(Parsed::default());
        }
        if file.get("parse_error").is_some() {
            let reason = "the original cannot parse its own file";
            return Err(ConfigError::Colang {
                path: path.to_owned(),
                reason,
            });
        }
        let flows = file
            .get("flows")
            .and_then(Json::as_u64)
            .ok_or_else(broken)?;
        let imports = file
            .get("import_paths")
            .and_then(Json::as_array)
            .ok_or_else(broken)?;
        Ok(Parsed {
            flows: usize::try_from(flows).map_err(|_| broken())?,
            imports: imports
                .iter()
                .filter_map(Json::as_str)
                .map(str::to_owned)
                .collect(),
        })
    }
}

/// A path without `.` and `..`; none if it leads out of every root.
fn relative(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

fn join(root: &str, path: &str) -> String {
    if root.is_empty() {
        path.to_owned()
    } else {
        format!("{root}/{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(import: &str) -> Option<(usize, usize)> {
        let library = Library::new().unwrap();
        let files = library.find(import)?;
        let flows = files
            .iter()
            .filter(|file| file.counts)
            .map(|file| match &file.source {
                Source::Library(path) => library.parse(path, Version::V2).unwrap().flows,
                Source::File(_) => unreachable!(),
            });
        Some((files.len(), flows.sum()))
    }

    #[test]
    fn a_file_of_the_standard_library_does_not_count_and_a_folder_does() {
        assert_eq!(counted("core"), Some((1, 0)));
        assert_eq!(counted("core.co"), Some((1, 0)));
        assert_eq!(
            counted("nemoguardrails/colang/v2_x/library/core"),
            Some((1, 0))
        );
        assert_eq!(counted("nemoguardrails/library/clavata"), Some((2, 1)));
        assert_eq!(
            counted("nemoguardrails/library/clavata/flows"),
            Some((1, 1))
        );
        assert_eq!(counted("nemoguardrails/library/self_check"), Some((6, 3)));
        assert_eq!(counted("nemoguardrails/lib"), None);
        assert_eq!(counted("/core"), None);
    }
}
