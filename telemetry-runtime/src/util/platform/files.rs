//! File permissions, open flags, locks and identities.
//!
//! On Windows a new file or folder inherits the permissions of its folder, which in a user's profile
//! are those of that user.
//!
//! **Invariants.** Only constants come from libc.

use std::fs::OpenOptions;
#[cfg(feature = "consent")]
use std::path::Path;
#[cfg(feature = "audit")]
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
#[cfg(any(feature = "audit", feature = "consent"))]
pub(crate) fn create_private_folder(builder: &mut std::fs::DirBuilder) {
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
    #[cfg(not(unix))]
    let _ = builder;
}

/// The open never waits for the other end of a FIFO and never makes a terminal the process's own.
/// Unless `follow_links`, it does not follow a symbolic link in the last component of the path:
/// Unix reports an error, Windows opens the link itself, which is not a regular file.
#[cfg(any(feature = "audit", feature = "consent"))]
pub(crate) fn open_without_side_effects(options: &mut OpenOptions, follow_links: bool) {
    #[cfg(unix)]
    {
        let no_follow = if follow_links { 0 } else { libc::O_NOFOLLOW };
        let flags = libc::O_NONBLOCK | libc::O_NOCTTY | no_follow;
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
        options.append(true);
    }
    options
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

/// True when an open file is the one that its path names now.
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
#[cfg(feature = "audit")]
pub(crate) fn max_file_size() -> u64 {
    let soft = || {
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
