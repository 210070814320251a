//! File descriptors that a library needs and would panic without.

/// True if the process can open the descriptors of a tokio runtime.
///
/// If any crate of the build enables tokio's feature `signal`, a runtime opens a socket pair and panics
/// if it cannot. A build with `panic = "abort"` would then abort the host. A runtime opens up to seven
/// descriptors; this opens and closes eight. Another thread can still take them in between.
pub(crate) fn available_for_a_runtime() -> bool {
    #[cfg(unix)]
    {
        let pairs: [_; 4] = std::array::from_fn(|_| std::os::unix::net::UnixStream::pair());
        pairs.iter().all(Result::is_ok)
    }
    #[cfg(not(unix))]
    true
}
