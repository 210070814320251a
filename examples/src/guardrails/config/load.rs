//! Reading a configuration: one YAML file, or a folder with what it imports.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::colang::{self, Colang, Source};
use super::error::ConfigError;
use super::join::Joined;
use super::yaml::{self, Mapping, Value};

/// A configuration as it was found, before validation.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Joined,
    /// Custom flows in Colang files and those made of rails.
    pub(crate) colang_flows: usize,
}

/// Reads the configuration at `path`.
pub(crate) fn load(path: &Path) -> Result<Loaded, ConfigError> {
    // The name decides before the file system does, as in the original.
    if is_yaml(&path.to_string_lossy()) {
        let config = Joined::single(read_yaml(path)?);
        return Ok(Loaded {
            config,
            colang_flows: 0,
        });
    }
    if !path.is_dir() {
        return Err(ConfigError::NotAConfiguration(path.to_owned()));
    }
    let mut folder = Folder::default();
    folder.walk(path)?;
    let colang_flows = colang::count_flows(&mut folder)?;
    Ok(Loaded {
        config: folder.config,
        colang_flows,
    })
}

/// What a folder and the folders it imports hold.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    pub(crate) config: Joined,
    pub(crate) colang: Vec<Colang>,
    /// The import paths that were followed, by their text.
    pub(crate) imported: BTreeSet<String>,
}

impl Folder {
    /// Adds every file below `root`, links followed.
    pub(crate) fn walk(&mut self, root: &Path) -> Result<(), ConfigError> {
        self.walk_into(root, Path::new(""), &mut Vec::new())
    }

    fn walk_into(
        &mut self,
        root: &Path,
        relative: &Path,
        above: &mut Vec<PathBuf>,
    ) -> Result<(), ConfigError> {
        let folder = root.join(relative);
        let place = folder
            .canonicalize()
            .map_err(|source| unreadable(&folder, source))?;
        // A folder that a link leads back into is read once: the original goes round in circles
        // until the system stops it.
        if above.contains(&place) {
            return Ok(());
        }
        above.push(place);
        let (files, folders) = entries(&folder)?;
        for name in files {
            self.add_file(&folder.join(&name), &relative.join(&name))?;
        }
        for name in folders {
            self.walk_into(root, &relative.join(&name), above)?;
        }
        above.pop();
        Ok(())
    }

    fn add_file(&mut self, path: &Path, relative: &Path) -> Result<(), ConfigError> {
        self.config.has_a_file();
        let name = relative.to_string_lossy();
        // Two letters of the path, not the name of a folder: `kb_notes.md` is a document and
        // `kb.yml` is ignored, while `docs/kb/a.md` is neither.
        if name.starts_with("kb") {
            if name.ends_with(".md") {
                self.config.add_document();
            }
        } else if is_yaml(&name) {
            self.config.add(read_yaml(path)?)?;
        } else if name.ends_with(".co") {
            self.colang.push(Colang::new(Source::File(path.to_owned())));
        }
        Ok(())
    }
}

/// The text of a file, its line ends made `\n`.
pub(crate) fn read(path: &Path) -> Result<String, ConfigError> {
    let is_file = fs::metadata(path)
        .map_err(|source| unreadable(path, source))?
        .is_file();
    if !is_file {
        // A pipe could block the host for ever.
        return Err(unreadable(path, io::Error::other("not a regular file")));
    }
    let text = fs::read_to_string(path).map_err(|source| unreadable(path, source))?;
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn read_yaml(path: &Path) -> Result<Mapping, ConfigError> {
    let error = |source| ConfigError::Yaml {
        path: path.to_owned(),
        source,
    };
    match yaml::parse(&read(path)?).map_err(error)? {
        Value::Map(map) => Ok(map),
        _ => Err(ConfigError::Field("not a mapping".to_owned())),
    }
}

/// Names of the files and of the folders in a folder, each in order.
///
/// The original takes them in the order of the file system: a configuration whose meaning depends
/// on it has none.
fn entries(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), ConfigError> {
    let error = |source| unreadable(folder, source);
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(error)? {
        let entry = entry.map_err(error)?;
        let names = if entry.path().is_dir() {
            &mut folders
        } else {
            &mut files
        };
        names.push(PathBuf::from(entry.file_name()));
    }
    files.sort();
    folders.sort();
    Ok((files, folders))
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yml") || name.ends_with(".yaml")
}

fn unreadable(path: &Path, source: io::Error) -> ConfigError {
    ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    }
}
