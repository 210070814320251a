//! The files of the consent answer and of the audit log.
//!
//! **Invariants.** An open never blocks on a FIFO or device, and only a regular file is accepted; the
//! opened file is checked, not its path. No file has the number of a standard stream. New files have
//! mode 0600 and new folders 0700.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::platform::{descriptors, files};

/// Opens a regular file; anything else is an error. Never waits for the other end of a FIFO.
pub(crate) fn open_regular(
    path: &Path,
    mut options: OpenOptions,
    links: Links,
) -> io::Result<File> {
    files::create_private(&mut options);
    files::open_without_side_effects(&mut options, links != Links::Refuse);
    descriptors::occupy_standard_streams()?;
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(not_a_regular_file())
    }
}

/// Whether a symbolic link in the last component of a path is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// The link's target is opened.
    #[cfg(feature = "consent")]
    Follow,
    /// Opening a link is an error.
    Refuse,
}

pub(crate) fn not_a_regular_file() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "not a regular file")
}

/// Creates the parent folders of `path` that are missing, for their owner only.
pub(crate) fn create_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    files::create_private_folder(&mut builder);
    builder.create(folder)
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
