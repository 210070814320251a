//! The places of a product's files: fixed paths below the home directory, and paths in the folders of the
//! platform.
//!
//! The crates for such folders read the variables of the process themselves, or are not maintained. They
//! cannot use the lookup of a client.
//!
//! **Invariants.** Nothing here reads a file or fails. A file in the default folder counts even if a
//! variable names another folder, so that a refusal is found by a process without that variable.

#[cfg(feature = "schema")]
mod described;

use std::path::{Path, PathBuf};

use super::{
    env::{EnvLookup, HOME},
    platform::folders::Platform,
};

pub(crate) use super::platform::folders::Purpose;

/// The folders that the variables of the user name.
#[derive(Debug, Clone, Default)]
pub(crate) struct UserFolders {
    home: Option<PathBuf>,
    settings: Option<PathBuf>,
    state: Option<PathBuf>,
}

impl UserFolders {
    /// The folders of these places. Variables that they do not need are not looked up.
    pub(crate) fn of(places: &[Places], lookup: &EnvLookup<'_>) -> Self {
        Self::on(Platform::CURRENT, places, lookup)
    }

    fn on(platform: Platform, places: &[Places], lookup: &EnvLookup<'_>) -> Self {
        let absolute = |name: &str| {
            lookup(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let named = |purpose| {
            let needed = |it: &Places| it.by_convention.is_some() && it.purpose == purpose;
            let variable = platform.folder(purpose).variable;
            variable
                .filter(|_| places.iter().any(needed))
                .and_then(absolute)
        };
        let in_home = places.iter().any(Places::is_declared);
        Self {
            home: in_home.then(|| absolute(HOME)).flatten(),
            settings: named(Purpose::Settings),
            state: named(Purpose::State),
        }
    }

    /// The same folders with another home directory.
    pub(crate) fn with_home(&self, home: PathBuf) -> Self {
        Self {
            home: Some(home),
            ..self.clone()
        }
    }

    fn named_by_variable(&self, purpose: Purpose) -> Option<&Path> {
        match purpose {
            Purpose::Settings => self.settings.as_deref(),
            Purpose::State => self.state.as_deref(),
        }
    }
}

/// The declared places of one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    purpose: Purpose,
    /// Path in the folder of the platform.
    by_convention: Option<&'static str>,
    /// Path below the home directory. If there is also one by convention, it is the previous place.
    in_home: Option<&'static str>,
}

/// A path, and how a message shows it: without the name of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
}

impl Places {
    pub(crate) const fn none(purpose: Purpose) -> Self {
        Self {
            purpose,
            by_convention: None,
            in_home: None,
        }
    }

    pub(crate) const fn by_convention(mut self, path: &'static str) -> Self {
        self.by_convention = Some(path);
        self
    }

    pub(crate) const fn in_home(mut self, path: &'static str) -> Self {
        self.in_home = Some(path);
        self
    }

    pub(crate) const fn is_declared(&self) -> bool {
        self.by_convention.is_some() || self.in_home.is_some()
    }

    /// The places whose folder is known, without duplicates. A new file is created at the first one.
    pub(crate) fn resolve(&self, folders: &UserFolders) -> Vec<Place> {
        self.resolve_on(Platform::CURRENT, folders)
    }

    fn resolve_on(&self, platform: Platform, folders: &UserFolders) -> Vec<Place> {
        let folder = platform.folder(self.purpose);
        let below_home = |path: &str| {
            folders.home.as_ref().map(|home| Place {
                path: home.join(path),
                shown: format!("~/{path}"),
            })
        };
        let by_variable = |path: &str| {
            let named = folders.named_by_variable(self.purpose)?;
            Some(Place {
                path: named.join(path),
                shown: format!("{}/{path}", platform.shown(folder.variable?)),
            })
        };
        let by_default = |path: &str| below_home(&format!("{}/{path}", folder.default_in_home));
        let convention = self.by_convention;
        let found = [
            convention.and_then(by_variable),
            convention.and_then(by_default),
            self.in_home.and_then(below_home),
        ];
        let mut places: Vec<Place> = Vec::new();
        for place in found.into_iter().flatten() {
            if places.iter().all(|known| known.path != place.path) {
                places.push(place);
            }
        }
        places
    }
}

#[cfg(test)]
mod tests;
