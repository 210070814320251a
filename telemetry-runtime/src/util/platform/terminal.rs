//! Standard input as a terminal: the foreground group, typed-ahead input, and a read with a time limit.
//!
//! Standard input is used and not `/dev/tty`, because macOS cannot wait for `/dev/tty` with `poll`.

use std::{
    io::{self, BufRead},
    time::Duration,
};

#[cfg(unix)]
pub(crate) use self::unix::{discard_input, is_in_foreground};

/// Standard input for one line. Reading returns [`TimedOut`](io::ErrorKind::TimedOut) after `timeout`.
#[cfg(unix)]
pub(crate) fn input(timeout: Duration) -> impl BufRead {
    // One byte at a time, so that input after the line remains for the host.
    io::BufReader::with_capacity(1, unix::BoundedInput::new(timeout))
}

#[cfg(not(unix))]
pub(crate) fn input(_timeout: Duration) -> impl BufRead {
    io::stdin().lock()
}

#[cfg(not(unix))]
pub(crate) fn is_in_foreground() -> bool {
    true
}

#[cfg(not(unix))]
pub(crate) fn discard_input() -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
mod unix {
    use std::{
        io::{self, ErrorKind, Read},
        os::fd::{AsFd, BorrowedFd},
        time::{Duration, Instant},
    };

    use rustix::{
        event::{PollFd, PollFlags, Timespec, poll},
        io::{Errno, read},
        process::getpgrp,
        termios::{QueueSelector, tcflush, tcgetpgrp},
    };

    /// False if the system would stop the process when it reads from the terminal or changes it, and if
    /// the foreground group cannot be determined.
    pub(crate) fn is_in_foreground() -> bool {
        let (input, output) = (io::stdin(), io::stderr());
        [input.as_fd(), output.as_fd()].into_iter().all(can_be_used)
    }

    fn can_be_used(terminal: BorrowedFd<'_>) -> bool {
        // An error also means that this is not the controlling terminal of the process. Another program,
        // such as the shell, then reads the same input.
        tcgetpgrp(terminal).is_ok_and(|group| group == getpgrp())
    }

    pub(crate) fn discard_input() -> io::Result<()> {
        Ok(tcflush(io::stdin(), QueueSelector::IFlush)?)
    }

    /// Reads standard input without its lock, because another thread can hold it indefinitely.
    pub(super) struct BoundedInput {
        /// `None`: too far in the future for the clock.
        deadline: Option<Instant>,
    }

    impl BoundedInput {
        pub(super) fn new(timeout: Duration) -> Self {
            Self {
                deadline: Instant::now().checked_add(timeout),
            }
        }

        /// Time until the deadline; `None` without one. An error after the deadline.
        fn time_left(&self) -> io::Result<Option<Timespec>> {
            let Some(deadline) = self.deadline else {
                return Ok(None);
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            Ok(Timespec::try_from(left).ok())
        }
    }

    impl Read for BoundedInput {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let stdin = io::stdin();
            loop {
                let timeout = self.time_left()?;
                let mut descriptors = [PollFd::new(&stdin, PollFlags::IN)];
                match poll(&mut descriptors, timeout.as_ref()) {
                    // `poll` returns at every signal that the host handles, such as the end of a child.
                    Ok(0) | Err(Errno::INTR) => continue,
                    Ok(_) => {}
                    Err(error) => return Err(error.into()),
                }
                // The user can move the process to the background while it waits.
                if !can_be_used(stdin.as_fd()) {
                    return Err(ErrorKind::TimedOut.into());
                }
                match read(&stdin, &mut *buffer) {
                    // Another process has read the line, or the terminal does not block.
                    Err(Errno::AGAIN) => {}
                    result => return Ok(result?),
                }
            }
        }
    }
}
