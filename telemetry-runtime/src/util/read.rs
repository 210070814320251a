//! Reads small files: the answers of users and administrators, and certificates.
//!
//! **Invariants.** Reading never waits for the other end of a FIFO and wakes no device: only a regular
//! file is read. The opened file is checked too, not only its path. No file gets the descriptor of a
//! standard stream.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Read},
    path::Path,
};

use super::platform::{descriptors, files};

/// The content of a regular file; `None` if it has more than `longest` bytes. A link is followed.
pub(crate) fn read_regular(path: &Path, longest: u64) -> io::Result<Option<Vec<u8>>> {
    // Opening alone can wake a device: check the type first, and again after opening.
    if !fs::metadata(path)?.is_file() {
        return Err(not_a_regular_file());
    }
    let mut options = OpenOptions::new();
    files::open_without_side_effects(options.read(true), true);
    descriptors::occupy_standard_streams()?;
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(not_a_regular_file());
    }
    let mut bytes = Vec::new();
    file.take(longest.saturating_add(1))
        .read_to_end(&mut bytes)?;
    let whole = u64::try_from(bytes.len()).is_ok_and(|length| length <= longest);
    Ok(whole.then_some(bytes))
}

pub(crate) fn not_a_regular_file() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "not a regular file")
}
