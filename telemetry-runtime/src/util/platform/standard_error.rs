//! The free space in the pipe of standard error.

/// True if one write of `length` bytes to standard error writes either all of them or none.
///
/// A pipe in non-blocking mode may accept only a part of a text of more than 4096 bytes. Only an empty
/// pipe has a known free space. Its capacity is raised for a longer text.
#[cfg(all(
    target_os = "linux",
    any(feature = "audit", feature = "consent", feature = "http")
))]
pub(crate) fn has_room(length: usize) -> bool {
    use rustix::{
        fs::{FileType, OFlags, fcntl_getfl, fstat},
        io::ioctl_fionread,
        pipe::{PIPE_BUF, fcntl_getpipe_size, fcntl_setpipe_size},
    };

    let stderr = std::io::stderr();
    let blocks = |flags: OFlags| !flags.contains(OFlags::NONBLOCK);
    if length <= PIPE_BUF || fcntl_getfl(&stderr).map_or(true, blocks) {
        return true;
    }
    let is_pipe =
        |found: rustix::fs::Stat| FileType::from_raw_mode(found.st_mode) == FileType::Fifo;
    if !fstat(&stderr).is_ok_and(is_pipe) {
        return true;
    }
    let is_large = fcntl_getpipe_size(&stderr).is_ok_and(|size| size >= length)
        || fcntl_setpipe_size(&stderr, length).is_ok();
    is_large && ioctl_fionread(&stderr) == Ok(0)
}

/// Only other systems, and builds without these features, have no call to find out.
#[cfg(not(all(
    target_os = "linux",
    any(feature = "audit", feature = "consent", feature = "http")
)))]
pub(crate) fn has_room(_: usize) -> bool {
    true
}
