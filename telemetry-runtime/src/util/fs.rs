//! The files of the consent answer and of the audit log.
//!
//! **Invariants.** Opening never blocks on a FIFO or device, and only a regular file is accepted; the
//! opened file is checked, not its path. No file gets the descriptor of a standard stream. New files
//! have mode 0600.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::{
    platform::{descriptors, files},
    read::not_a_regular_file,
};

/// Opens a regular file; anything else is an error, also a symbolic link. Never waits for the other end
/// of a FIFO.
pub(crate) fn open_regular(path: &Path, mut options: OpenOptions) -> io::Result<File> {
    files::create_private(&mut options);
    files::open_without_side_effects(&mut options, false);
    descriptors::occupy_standard_streams()?;
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(not_a_regular_file())
    }
}

/// Removes a file if it exists.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// `path` with `suffix` appended to the file name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
