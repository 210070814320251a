//! A folder for files that only the user of the process may read and write.
//!
//! On Unix the folder is opened once, and its files are opened relative to it. A later change of the path,
//! of the working directory or of the root directory does not lead to another folder.
//!
//! **Invariants.** A link is never followed. A file that belongs to another user or has a second name is not
//! opened. No file gets the descriptor of a standard stream, and a started program inherits none.

use std::{
    fs::File,
    io::{self, ErrorKind},
    path::Path,
    time::SystemTime,
};

use super::{
    descriptors::occupy_standard_streams,
    files::{is_private, is_safe_folder},
};
use crate::util::{
    own_folder::{create_folder_of, folder_of, not_private, require_own_folder},
    read::not_a_regular_file,
};

/// The status of a file by its name.
pub(crate) struct NamedFile {
    pub(crate) length: u64,
    pub(crate) links: u64,
    /// As in [`identity`](super::files::identity).
    pub(crate) file: (u64, u64),
    pub(crate) modified: SystemTime,
}

#[derive(Debug)]
pub(crate) struct PrivateFolder {
    handle: handle::Handle,
}

impl PrivateFolder {
    /// Opens the folder, and creates it and the folders above it if they do not exist.
    ///
    /// # Errors
    ///
    /// Also if it is a link, or if other users own it or can write to it or to the folder above it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let handle = match Self::open_existing(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                create_folder_of(&path.join("file"))?;
                Self::open_existing(path)?
            }
            opened => opened?,
        };
        Ok(handle)
    }

    /// Opens the folder if it exists.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub(crate) fn open_existing(path: &Path) -> io::Result<Self> {
        occupy_standard_streams()?;
        let handle = handle::open(path)?;
        require_own_folder(&path.join("file"))?;
        if is_safe_folder(&std::fs::metadata(folder_of(path))?) {
            Ok(Self { handle })
        } else {
            Err(not_private())
        }
    }

    /// Creates a file that does not exist, for its owner only.
    pub(crate) fn create(&self, name: &str) -> io::Result<File> {
        occupy_standard_streams()?;
        handle::create(&self.handle, name)
    }

    /// Opens a file for reading and writing. Never waits for the other end of a FIFO.
    pub(crate) fn open_file(&self, name: &str) -> io::Result<File> {
        occupy_standard_streams()?;
        let file = handle::open_file(&self.handle, name)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() || super::files::identity(&metadata).1 > 1 {
            return Err(not_a_regular_file());
        }
        if is_private(&metadata) {
            Ok(file)
        } else {
            Err(not_private())
        }
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        handle::rename(&self.handle, from, to)
    }

    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        handle::remove(&self.handle, name)
    }

    /// The names in the folder that are UTF-8; `None` if it has more than `most` entries.
    pub(crate) fn names(&self, most: usize) -> io::Result<Option<Vec<String>>> {
        handle::names(&self.handle, most)
    }

    /// The status of a file. A link is not followed.
    pub(crate) fn status(&self, name: &str) -> io::Result<NamedFile> {
        handle::status(&self.handle, name)
    }
}

/// An error if the process has no permission to create a file in this folder, or it is read-only.
#[cfg(feature = "clap")]
pub(crate) fn can_create_in(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::fs::{Access, AtFlags, CWD, accessat};

        let access = Access::WRITE_OK | Access::EXEC_OK;
        match accessat(CWD, folder, access, AtFlags::EACCESS) {
            // The system cannot check it for another effective user.
            Err(rustix::io::Errno::NOSYS) => Ok(()),
            checked => Ok(checked?),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        Ok(())
    }
}

#[cfg(unix)]
mod handle {
    use std::{
        fs::File,
        io,
        os::{fd::OwnedFd, unix::fs::MetadataExt},
        path::Path,
        time::{Duration, SystemTime, UNIX_EPOCH},
    };

    use rustix::fs::{AtFlags, Dir, Mode, OFlags};

    use super::{NamedFile, not_private};

    pub(super) type Handle = OwnedFd;

    const FILE: OFlags = OFlags::RDWR
        .union(OFlags::CLOEXEC)
        .union(OFlags::NOFOLLOW)
        .union(OFlags::NONBLOCK)
        .union(OFlags::NOCTTY);

    pub(super) fn open(path: &Path) -> io::Result<Handle> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = File::from(rustix::fs::open(path, flags, Mode::empty())?);
        let metadata = folder.metadata()?;
        if metadata.uid() != rustix::process::geteuid().as_raw() || metadata.mode() & 0o022 != 0 {
            return Err(not_private());
        }
        Ok(folder.into())
    }

    pub(super) fn create(folder: &Handle, name: &str) -> io::Result<File> {
        let flags = FILE | OFlags::CREATE | OFlags::EXCL;
        let mode = Mode::RUSR | Mode::WUSR;
        Ok(rustix::fs::openat(folder, name, flags, mode)?.into())
    }

    pub(super) fn open_file(folder: &Handle, name: &str) -> io::Result<File> {
        Ok(rustix::fs::openat(folder, name, FILE, Mode::empty())?.into())
    }

    pub(super) fn rename(folder: &Handle, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(folder, from, folder, to)?)
    }

    pub(super) fn remove(folder: &Handle, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(folder, name, AtFlags::empty())?)
    }

    pub(super) fn names(folder: &Handle, most: usize) -> io::Result<Option<Vec<String>>> {
        let mut names = Vec::new();
        // Two of the entries are the folder and the one above it.
        for entry in Dir::read_from(folder)?.take(most.saturating_add(3)) {
            let entry = entry?;
            names.extend(entry.file_name().to_str().map(str::to_owned));
        }
        names.retain(|name| !matches!(&**name, "." | ".."));
        Ok((names.len() <= most).then_some(names))
    }

    #[allow(
        clippy::unnecessary_cast,
        clippy::cast_lossless,
        reason = "the types of the fields differ between platforms"
    )]
    pub(super) fn status(folder: &Handle, name: &str) -> io::Result<NamedFile> {
        let stat = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let seconds = Duration::from_secs(u64::try_from(stat.st_mtime as i64).unwrap_or_default());
        let nanoseconds = Duration::from_nanos(stat.st_mtime_nsec as u64);
        Ok(NamedFile {
            length: u64::try_from(stat.st_size).unwrap_or_default(),
            links: stat.st_nlink as u64,
            file: (stat.st_dev as u64, stat.st_ino as u64),
            modified: UNIX_EPOCH
                .checked_add(seconds.saturating_add(nanoseconds))
                .unwrap_or_else(SystemTime::now),
        })
    }
}

#[cfg(not(unix))]
mod handle {
    use std::{
        fs::{self, File, OpenOptions},
        io::{self, ErrorKind},
        path::{Path, PathBuf},
    };

    use super::NamedFile;
    use crate::util::platform::files::{identity, open_without_side_effects};

    pub(super) type Handle = PathBuf;

    pub(super) fn open(path: &Path) -> io::Result<Handle> {
        if fs::symlink_metadata(path)?.is_dir() {
            Ok(path.to_owned())
        } else {
            Err(ErrorKind::NotADirectory.into())
        }
    }

    fn options() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        open_without_side_effects(&mut options, false);
        options
    }

    pub(super) fn create(folder: &Handle, name: &str) -> io::Result<File> {
        options().create_new(true).open(folder.join(name))
    }

    pub(super) fn open_file(folder: &Handle, name: &str) -> io::Result<File> {
        options().open(folder.join(name))
    }

    pub(super) fn rename(folder: &Handle, from: &str, to: &str) -> io::Result<()> {
        fs::rename(folder.join(from), folder.join(to))
    }

    pub(super) fn remove(folder: &Handle, name: &str) -> io::Result<()> {
        fs::remove_file(folder.join(name))
    }

    pub(super) fn names(folder: &Handle, most: usize) -> io::Result<Option<Vec<String>>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)?.take(most.saturating_add(1)) {
            names.extend(entry?.file_name().into_string().ok());
        }
        Ok((names.len() <= most).then_some(names))
    }

    pub(super) fn status(folder: &Handle, name: &str) -> io::Result<NamedFile> {
        let metadata = fs::symlink_metadata(folder.join(name))?;
        let (file, links) = identity(&metadata);
        Ok(NamedFile {
            length: metadata.len(),
            links,
            file,
            modified: metadata.modified()?,
        })
    }
}
