//! Real forks for test programs.

#![expect(unsafe_code, reason = "std cannot fork")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

/// A child of this process.
#[derive(Debug)]
pub struct Child(libc::pid_t);

/// The end of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It returned this status.
    Status(i32),
    /// A signal ended it.
    Signal(i32),
    /// It did not end before the deadline and was killed.
    Hung,
}

/// Forks. The child runs `run` and ends with its result as status, without destructors and handlers; a
/// panic is status 101.
///
/// # Panics
///
/// When the system refuses the fork.
pub fn fork(run: impl FnOnce() -> i32) -> Child {
    if let Some(child) = split() {
        return child;
    }
    exit(catch_unwind(AssertUnwindSafe(run)).unwrap_or(101))
}

/// Forks. Returns the child in the parent, and `None` in the child.
///
/// # Panics
///
/// When the system refuses the fork.
pub fn split() -> Option<Child> {
    // SAFETY: the child only runs test code that is to be tested in a forked process.
    match unsafe { libc::fork() } {
        -1 => panic!("fork: {}", std::io::Error::last_os_error()),
        0 => None,
        child => Some(Child(child)),
    }
}

/// Ends the process without destructors and handlers.
pub fn exit(status: i32) -> ! {
    // SAFETY: it ends the process and touches no memory.
    unsafe { libc::_exit(status) }
}

/// Waits until the parent of this process has ended.
pub fn await_end_of_parent() {
    // SAFETY: it only returns a number.
    let parent = || unsafe { libc::getppid() };
    let first = parent();
    while parent() == first && first != 1 {
        std::thread::sleep(Duration::from_millis(1));
    }
}

impl Child {
    /// Waits for the end, and kills a child that does not end within `patience`.
    #[must_use]
    pub fn end(&self, patience: Duration) -> End {
        let deadline = Instant::now() + patience;
        let mut status = 0;
        loop {
            // SAFETY: the child was not waited for before, and `status` is valid for writes.
            let ended = unsafe { libc::waitpid(self.0, &raw mut status, libc::WNOHANG) };
            if ended == self.0 {
                return if libc::WIFEXITED(status) {
                    End::Status(libc::WEXITSTATUS(status))
                } else {
                    End::Signal(libc::WTERMSIG(status))
                };
            }
            if Instant::now() >= deadline {
                // SAFETY: the process is a child that was not waited for, so its number is not reused.
                unsafe {
                    libc::kill(self.0, libc::SIGKILL);
                    libc::waitpid(self.0, &raw mut status, 0);
                }
                return End::Hung;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
