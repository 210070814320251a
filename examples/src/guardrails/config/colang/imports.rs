//! Following import paths, from YAML and from Colang files.

use std::env;
use std::path::{Path, PathBuf};

use super::library::Library;
use super::{Colang, Source};
use crate::guardrails::config::error::ConfigError;
use crate::guardrails::config::load::Folder;

/// Loads every import path that is not loaded yet, and what those import in turn.
///
/// Each path is loaded once, by its text: two spellings of one place are two imports.
pub(super) fn follow(folder: &mut Folder, library: &Library) -> Result<(), ConfigError> {
    while let Some(path) = next(folder) {
        load(folder, library, &path)?;
        folder.imported.insert(path);
    }
    Ok(())
}

fn next(folder: &Folder) -> Option<String> {
    let mut paths = folder.config.import_paths().iter();
    paths.find(|path| !folder.imported.contains(*path)).cloned()
}

fn load(folder: &mut Folder, library: &Library, import: &str) -> Result<(), ConfigError> {
    if let Some(path) = on_disk(import) {
        return load_path(folder, path);
    }
    let files = library
        .find(import)
        .ok_or_else(|| ConfigError::Import(import.to_owned()))?;
    folder.config.has_a_file();
    folder.colang.extend(files);
    Ok(())
}

/// A folder is read like the configuration itself; of files only Colang is.
fn load_path(folder: &mut Folder, path: PathBuf) -> Result<(), ConfigError> {
    if path.is_dir() {
        return folder.walk(&path);
    }
    if path.extension().is_some_and(|extension| extension == "co") {
        folder.colang.push(Colang::new(Source::File(path)));
    }
    Ok(())
}

/// The working directory first, then the folders of `COLANGPATH`.
fn on_disk(import: &str) -> Option<PathBuf> {
    let path = Path::new(import);
    if path.exists() {
        return Some(path.to_owned());
    }
    let roots = env::var_os("COLANGPATH").unwrap_or_default();
    env::split_paths(&roots)
        .filter(|root| !root.as_os_str().is_empty())
        .find_map(|root| {
            let file = root.join(format!("{import}.co"));
            [root.join(import), file]
                .into_iter()
                .find(|path| path.exists())
        })
}
