//! The folders of the library's files.
//!
//! **Invariants.** New folders have mode 0700. Nothing is created in the home directory of another user.

use std::{
    fmt,
    fs::{self, DirBuilder},
    io::{self, ErrorKind},
    path::Path,
};

use super::platform::files;

/// The error about a file or folder that other users own or can write to.
#[derive(Debug)]
struct NotPrivate;

impl fmt::Display for NotPrivate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it belongs to another user, or other users can write to it")
    }
}

impl std::error::Error for NotPrivate {}

pub(crate) fn not_private() -> io::Error {
    io::Error::new(ErrorKind::PermissionDenied, NotPrivate)
}

/// True for an error of [`not_private`].
#[cfg(feature = "audit")]
pub(crate) fn is_not_private(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.is::<NotPrivate>())
}

/// The folder of `path`.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// An error if the closest existing folder above `path` belongs to another user. For root, every
/// folder above counts: a file that root creates in a user's home would not be the user's.
pub(crate) fn require_own_folder(path: &Path) -> io::Result<()> {
    let folder = folder_of(path);
    let existing = folder.ancestors().find_map(|ancestor| {
        let ancestor = match ancestor.as_os_str().is_empty() {
            true => Path::new("."),
            false => ancestor,
        };
        fs::canonicalize(ancestor).ok()
    });
    let Some(existing) = existing else {
        return Ok(());
    };
    let checked = if files::is_administrator() {
        usize::MAX
    } else {
        1
    };
    for folder in existing.ancestors().take(checked) {
        if !files::is_own_or_system(&fs::metadata(folder)?) {
            return Err(not_private());
        }
    }
    Ok(())
}

/// Creates the parent folders of `path` that are missing, for their owner only. It creates nothing in
/// a folder of another user.
pub(crate) fn create_folder_of(path: &Path) -> io::Result<()> {
    require_own_folder(path)?;
    let folder = folder_of(path);
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    files::create_private_folder(&mut builder);
    builder.create(folder)
}
