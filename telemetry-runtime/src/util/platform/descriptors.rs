//! Keeps the library's files and sockets off the descriptors of the standard streams.
//!
//! Unix gives a new file the lowest free number. After a host has closed descriptor 2, a socket of the
//! library would get this number, and the host's error messages would go to the collector.

use std::io;

/// Opens the null device at each of the descriptors 0 to 2 that is closed. Call it before a file or
/// socket is opened.
///
/// These descriptors stay open until the process ends: the host may replace one of them with `dup2`,
/// and closing the number later would then close a file of the host.
///
/// # Errors
///
/// If one of the descriptors is closed and cannot be occupied, or the process has no free descriptor.
#[cfg(unix)]
pub(crate) fn occupy_standard_streams() -> io::Result<()> {
    use std::{
        fs::{File, OpenOptions},
        os::{
            fd::{AsRawFd, IntoRawFd},
            unix::net::UnixDatagram,
        },
    };

    const LAST_STREAM: i32 = 2;
    loop {
        // A chroot may have no null device. Writing to a folder fails without an effect.
        let null = OpenOptions::new().read(true).write(true).open("/dev/null");
        let Ok(file) = null.or_else(|_| File::open("/")) else {
            // A sandbox may allow sockets only.
            return match UnixDatagram::unbound()?.as_raw_fd() {
                ..=LAST_STREAM => Err(io::ErrorKind::Unsupported.into()),
                _ => Ok(()),
            };
        };
        if file.as_raw_fd() > LAST_STREAM {
            return Ok(());
        }
        let _ = file.into_raw_fd();
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "opening a file can fail on Unix")]
pub(crate) fn occupy_standard_streams() -> io::Result<()> {
    Ok(())
}

/// True if nothing must be occupied. This takes less time than opening a file.
#[cfg(feature = "http")]
pub(crate) fn standard_streams_are_open() -> bool {
    #[cfg(unix)]
    {
        use rustix::{
            io::fcntl_getfd,
            stdio::{stderr, stdin, stdout},
        };

        // The streams of std have locks that a fork may leave locked.
        let streams = [stdin(), stdout(), stderr()];
        streams.iter().all(|stream| fcntl_getfd(stream).is_ok())
    }
    #[cfg(not(unix))]
    true
}

/// True if the process can open the descriptors that a tokio runtime needs.
///
/// If any crate of the build enables tokio's feature `signal`, a runtime opens a socket pair and panics
/// if it cannot. A build with `panic = "abort"` would then abort the host. A runtime opens up to seven
/// descriptors; this opens and closes eight. Another thread can still take them before the
/// runtime opens its own.
#[cfg(feature = "http")]
pub(crate) fn available_for_a_runtime() -> bool {
    #[cfg(unix)]
    {
        let pairs: [_; 4] = std::array::from_fn(|_| std::os::unix::net::UnixStream::pair());
        pairs.iter().all(Result::is_ok)
    }
    #[cfg(not(unix))]
    true
}
