//! The document that a test compares with released ones.

use std::path::{Path, PathBuf};

#[cfg(feature = "registry")]
use telemetry_runtime::schema::Registry;

use crate::{
    error::InputError,
    history::{self, Released},
};

/// A document with its lock, compared with released ones by [`assert_released`](crate::assert_released).
///
/// | type | document and lock | released documents |
/// | --- | --- | --- |
/// | a path (`str`, `String`, `Path`, `PathBuf`) | the file, and the lock beside it | the files in the folder |
/// | `telemetry_runtime::schema::Registry`, with the feature `registry` | those of the declarations | the files in its folder `history`; in the folder itself, if `history` is a part of its path |
pub trait Current {
    /// The document and its lock.
    ///
    /// # Errors
    ///
    /// One of them cannot be read.
    fn load(&self) -> Result<Released, InputError>;

    /// Its name in messages.
    fn name(&self) -> String;

    /// The folder with the released documents.
    fn released(&self, folder: &Path) -> PathBuf {
        folder.to_owned()
    }
}

impl<T: Current + ?Sized> Current for &T {
    fn load(&self) -> Result<Released, InputError> {
        (**self).load()
    }

    fn name(&self) -> String {
        (**self).name()
    }

    fn released(&self, folder: &Path) -> PathBuf {
        (**self).released(folder)
    }
}

impl Current for Path {
    fn load(&self) -> Result<Released, InputError> {
        history::load(self, None)
    }

    fn name(&self) -> String {
        format!("`{}`", self.display())
    }
}

impl Current for PathBuf {
    fn load(&self) -> Result<Released, InputError> {
        self.as_path().load()
    }

    fn name(&self) -> String {
        self.as_path().name()
    }
}

impl Current for str {
    fn load(&self) -> Result<Released, InputError> {
        Path::new(self).load()
    }

    fn name(&self) -> String {
        Path::new(self).name()
    }
}

impl Current for String {
    fn load(&self) -> Result<Released, InputError> {
        self.as_str().load()
    }

    fn name(&self) -> String {
        self.as_str().name()
    }
}

/// The name of the folder with released documents.
#[cfg(feature = "registry")]
const HISTORY: &str = "history";

#[cfg(feature = "registry")]
impl Current for Registry {
    fn load(&self) -> Result<Released, InputError> {
        history::of_texts(
            ("the document of the registry", &self.json_schema()),
            ("the lock of the registry", &self.lock()),
        )
    }

    fn name(&self) -> String {
        "the registry".to_owned()
    }

    /// The document of the registry may be in the folder, too. It is not a released one.
    fn released(&self, folder: &Path) -> PathBuf {
        if folder.components().any(|it| it.as_os_str() == HISTORY) {
            folder.to_owned()
        } else {
            folder.join(HISTORY)
        }
    }
}
