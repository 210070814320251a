//! File permissions, open flags, locks, owners and identities.
//!
//! On Windows a new file or folder inherits the permissions of its folder, which in a user's profile
//! are those of that user.
//!
//! **Invariants.** There is no unsafe code.

use std::fs::OpenOptions;
#[cfg(feature = "consent")]
use std::path::Path;
#[cfg(any(feature = "audit", feature = "spool"))]
use std::{
    fs::{File, Metadata},
    io,
};

/// A file that these options create can be read and written by its owner only.
pub(crate) fn create_private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// Folders that this builder creates are open to their owner only.
#[cfg(any(feature = "audit", feature = "consent", feature = "spool"))]
pub(crate) fn create_private_folder(builder: &mut std::fs::DirBuilder) {
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
    #[cfg(not(unix))]
    let _ = builder;
}

/// Opening never waits for the other end of a FIFO and never makes a terminal the controlling one.
/// Unless `follow_links`, it does not follow a symbolic link in the last component of the path:
/// Unix reports an error, Windows opens the link itself, which is not a regular file.
pub(crate) fn open_without_side_effects(options: &mut OpenOptions, follow_links: bool) {
    #[cfg(unix)]
    {
        let link = if follow_links { 0 } else { libc::O_NOFOLLOW };
        let flags = libc::O_NONBLOCK | libc::O_NOCTTY | link;
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags);
    }
    #[cfg(windows)]
    if !follow_links {
        const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        std::os::windows::fs::OpenOptionsExt::custom_flags(options, FILE_FLAG_OPEN_REPARSE_POINT);
    }
    #[cfg(not(any(unix, windows)))]
    let _ = (options, follow_links);
}

/// True if the process cannot open any file now, because it has no descriptor or memory left.
pub(crate) fn lacks_descriptors() -> bool {
    #[cfg(unix)]
    return std::fs::File::open("/").is_err_and(|error| {
        let exhausted = [libc::EMFILE, libc::ENFILE, libc::ENOMEM];
        error
            .raw_os_error()
            .is_some_and(|code| exhausted.contains(&code))
    });
    #[cfg(not(unix))]
    false
}

/// Makes a rename in `folder` durable. Windows cannot open a folder as a file: there the rename
/// becomes durable when the system writes it back.
#[cfg(feature = "consent")]
pub(crate) fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
    #[cfg(not(unix))]
    let _ = folder;
}

/// Options to write at the end of a file under its lock, with [`write_at_end`].
#[cfg(feature = "audit")]
pub(crate) fn append_under_lock() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    if cfg!(windows) {
        // Windows neither locks nor shortens a file that is open for appending only.
        options.read(true).write(true).truncate(false);
    } else {
        // Reading finds a line that a killed writer left incomplete.
        options.read(true).append(true);
    }
    options
}

/// True if lines can be appended to a file even though `try_lock` fails with this error.
#[cfg(feature = "audit")]
pub(crate) fn can_append_without_lock(error: &io::Error) -> bool {
    // Unix systems write at the end of a file in one step. Not every file system has locks.
    cfg!(unix) && error.kind() != io::ErrorKind::Interrupted
}

/// Writes at the end of a locked file of `length` bytes, in one call. Returns the number of bytes
/// written.
#[cfg(feature = "audit")]
pub(crate) fn write_at_end(mut file: &File, length: u64, bytes: &[u8]) -> io::Result<usize> {
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_write(file, bytes, length);
    #[cfg(not(windows))]
    {
        let _ = length;
        io::Write::write(&mut file, bytes)
    }
}

/// True if the file belongs to the process's user and no other user can write to it. Windows files
/// inherit the permissions of the user's profile and are not checked.
#[cfg(any(feature = "audit", feature = "spool"))]
pub(crate) fn is_private(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        true
    }
}

/// True if no other user can replace files of the process's user in this folder: others cannot write
/// to it, or it has the sticky bit, as `/tmp` does.
#[cfg(any(feature = "audit", feature = "spool"))]
pub(crate) fn is_safe_folder(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        metadata.mode() & 0o022 == 0 || metadata.mode() & 0o1000 != 0
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        true
    }
}

/// True if the process's user may create files below this folder: it belongs to that user or to
/// the system.
#[cfg(any(feature = "audit", feature = "consent", feature = "spool"))]
pub(crate) fn is_own_or_system(metadata: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let user = rustix::process::geteuid().as_raw();
        metadata.uid() == user || metadata.uid() == 0
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        true
    }
}

/// True if the process runs as the system's administrator, who can write to every folder.
#[cfg(any(feature = "audit", feature = "consent", feature = "spool"))]
pub(crate) fn is_administrator() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

/// Identifies the root directory of the process, which `chroot` changes.
#[cfg(feature = "audit")]
pub(crate) fn root_directory() -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let root = std::fs::metadata("/").ok()?;
        Some((root.dev(), root.ino()))
    }
    #[cfg(not(unix))]
    None
}

/// True if an open file is the one that its path names now.
#[cfg(feature = "audit")]
pub(crate) fn is_same_file(opened: &Metadata, named: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (opened.dev(), opened.ino()) == (named.dev(), named.ino())
    }
    // std has no stable file numbers here. Windows gives a new file the creation time of one that
    // had its name within the last 15 s, so the length distinguishes them: a renamed file is over
    // its cap, its successor is not.
    #[cfg(not(unix))]
    {
        opened.len() == named.len() && opened.created().ok() == named.created().ok()
    }
}

/// The largest size in bytes to which this process may extend a file. By default a signal ends a
/// process that writes beyond it. Only Linux reports the limit in a file.
#[cfg(any(feature = "audit", feature = "spool"))]
pub(crate) fn max_file_size() -> u64 {
    let soft = || {
        super::descriptors::occupy_standard_streams().ok()?;
        let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
        let mut lines = limits.lines();
        let line = lines.find(|line| line.starts_with("Max file size"))?;
        line.split_whitespace().nth(3)?.parse().ok()
    };
    cfg!(any(target_os = "linux", target_os = "android"))
        .then(soft)
        .flatten()
        .unwrap_or(u64::MAX)
}

/// Numbers that identify a file, and the number of its names. An open file without a name was removed.
#[cfg(feature = "spool")]
pub(crate) fn identity(metadata: &Metadata) -> ((u64, u64), u64) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        ((metadata.dev(), metadata.ino()), metadata.nlink())
    }
    // std has no stable file numbers here.
    #[cfg(windows)]
    {
        use std::os::windows::fs::MetadataExt;
        ((metadata.creation_time(), 0), 1)
    }
    #[cfg(not(any(unix, windows)))]
    {
        let _ = metadata;
        ((0, 0), 1)
    }
}

/// Writes at a position of a file, in one call. Returns the number of bytes written.
#[cfg(feature = "spool")]
pub(crate) fn write_at(file: &File, offset: u64, bytes: &[u8]) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_at(file, bytes, offset);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_write(file, bytes, offset);
    #[cfg(not(any(unix, windows)))]
    {
        let _ = (file, offset, bytes);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// True for an error of `try_lock` on a file system that has no locks.
#[cfg(feature = "spool")]
pub(crate) fn lacks_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    if matches!(error.raw_os_error(), Some(libc::ENOLCK | libc::EINVAL)) {
        return true;
    }
    error.kind() == io::ErrorKind::Unsupported
}
