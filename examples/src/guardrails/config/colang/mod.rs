//! How many flows the Colang files of a configuration bring along.
//!
//! Only what counting needs is parsed. [`version`] decides which language a file is in, [`v1`] and
//! [`v2`] count its flows, [`imports`] follows what it imports, [`library`] stands for the files
//! that the original ships with, and [`rails`] counts the flows that Colang 2.x configurations get
//! from the rails in their YAML.

mod imports;
mod library;
mod rails;
mod statement;
mod v1;
mod v2;
mod version;

use std::path::PathBuf;

use self::library::Library;
use self::version::Version;
use super::error::ConfigError;
use super::load::{self, Folder};

/// A Colang file of a configuration.
#[derive(Clone, Debug)]
pub(crate) struct Colang {
    source: Source,
    counts: bool,
}

/// Where the text of a file is.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    File(PathBuf),
    /// One of the files that the original ships with, by its path there.
    Library(String),
}

/// What counting needs of a file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parsed {
    flows: usize,
    imports: Vec<String>,
}

impl Colang {
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            counts: true,
        }
    }

    /// A file of the standard library: its flows are nobody's custom flows.
    fn standard(path: String) -> Self {
        Self {
            source: Source::Library(path),
            counts: false,
        }
    }

    fn parse(&self, version: Version, library: &Library) -> Result<Parsed, ConfigError> {
        let path = match &self.source {
            Source::Library(path) => return library.parse(path, version),
            Source::File(path) => path,
        };
        let text = load::read(path)?;
        if Version::of_file(&text) != version {
            return Ok(Parsed::default());
        }
        let parsed = match version {
            Version::V1 => v1::parse(&text),
            Version::V2 => v2::parse(&text),
        };
        parsed.map_err(|reason| ConfigError::Colang {
            path: path.display().to_string(),
            reason,
        })
    }
}

/// The custom flows in the Colang files of a folder and of all it imports.
pub(crate) fn count_flows(folder: &mut Folder) -> Result<usize, ConfigError> {
    let library = Library::new()?;
    imports::follow(folder, &library)?;
    // Imports of Colang files come later and cannot change the version any more.
    let wanted = Version::wanted(folder.config.fields())?;
    let mut flows = 0;
    let mut next = 0;
    while let Some(file) = folder.colang.get(next).cloned() {
        let parsed = file.parse(wanted.parser()?, &library)?;
        if file.counts {
            flows += parsed.flows;
        }
        for path in &parsed.imports {
            folder.config.add_import(path);
        }
        imports::follow(folder, &library)?;
        next += 1;
    }
    if wanted.is_v2() {
        flows += rails::count_generated(folder.config.fields())?;
    }
    Ok(flows)
}
