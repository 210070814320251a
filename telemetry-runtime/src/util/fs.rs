//! Files that a person's answer and the audit log live in.
//!
//! Must never block on what is not a regular file, and never leave a new file or folder open to
//! others: every open is non-blocking, judged by what was opened, and creates with mode 0600 (0700
//! for folders). Only constants come from libc, there is no unsafe code.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// Opens `path` with `options`, without waiting for the other end of a FIFO, and refuses everything
/// but a regular file.
pub(crate) fn open_regular(
    path: &Path,
    mut options: OpenOptions,
    links: Links,
) -> io::Result<File> {
    restrict(&mut options, links);
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(not_a_regular_file())
    }
}

/// Whether a symbolic link in the last place of a path is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// To the file it points at.
    #[cfg(feature = "consent")]
    Follow,
    /// Opening one is an error.
    Refuse,
}

pub(crate) fn not_a_regular_file() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "not a regular file")
}

/// Creates the folder of `path`, for its owner only, and those above it that are missing.
pub(crate) fn create_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Removes a file; one that is not there is no error.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// `path` with `ending` behind its name.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, links: Links) {
    use std::os::unix::fs::OpenOptionsExt;
    let no_follow = if links == Links::Refuse {
        libc::O_NOFOLLOW
    } else {
        0
    };
    options
        .mode(0o600)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | no_follow);
}

/// A new file takes the permissions of its folder, which in a profile are its owner's.
#[cfg(windows)]
fn restrict(options: &mut OpenOptions, links: Links) {
    use std::os::windows::fs::OpenOptionsExt;
    /// Opens a link itself, which then is no regular file.
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    if links == Links::Refuse {
        options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    }
}

#[cfg(not(any(unix, windows)))]
fn restrict(_: &mut OpenOptions, _: Links) {}
