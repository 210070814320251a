//! Files that a child of a fork closes: otherwise it would keep the locks of its parent after the parent has
//! ended.
//!
//! **Invariants.** The handler that runs at a fork only reads atomics and closes files. In the child, the
//! owner of a file neither uses nor closes it.

use std::{
    fs::File,
    io::{self, ErrorKind},
    sync::atomic::{AtomicI32, AtomicU32, Ordering},
};

/// Maximum number of files. The handler at a fork looks at each place.
const MAX: usize = 64;
const NONE: i32 = -1;

static FILES: [AtomicI32; MAX] = [const { AtomicI32::new(NONE) }; MAX];

/// The number of forks between the first process and this one: how often the files were closed.
static CLOSED: AtomicU32 = AtomicU32::new(0);

/// The registration of a file. Drop it before the file is closed.
#[derive(Debug)]
pub(crate) struct ClosedInChild {
    index: usize,
    closed: u32,
}

/// Closes `file` in every child of a fork, until the registration is dropped. In the child the file must
/// neither be used nor dropped.
///
/// # Errors
///
/// Too many files are registered.
pub(crate) fn close_in_child(file: &File) -> io::Result<ClosedInChild> {
    #[cfg(unix)]
    let number = std::os::fd::AsRawFd::as_raw_fd(file);
    // Without forks, only the number of open files is limited.
    #[cfg(not(unix))]
    let number = {
        let _ = file;
        0
    };
    let claim = |place: &AtomicI32| {
        let (success, failure) = (Ordering::AcqRel, Ordering::Acquire);
        (place.compare_exchange(NONE, number, success, failure)).is_ok()
    };
    let index = FILES.iter().position(claim);
    Ok(ClosedInChild {
        index: index.ok_or(ErrorKind::QuotaExceeded)?,
        closed: CLOSED.load(Ordering::Relaxed),
    })
}

impl Drop for ClosedInChild {
    fn drop(&mut self) {
        // In a child, the place was freed and may be in use again.
        if self.closed == CLOSED.load(Ordering::Relaxed)
            && let Some(place) = FILES.get(self.index)
        {
            place.store(NONE, Ordering::Release);
        }
    }
}

/// Closes the registered files with `close`. Only for the handler that runs in the child of a fork.
#[cfg(unix)]
pub(super) fn close_all(close: impl Fn(i32)) {
    CLOSED.fetch_add(1, Ordering::Relaxed);
    for place in &FILES {
        let number = place.swap(NONE, Ordering::Relaxed);
        if number != NONE {
            close(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_after_its_registration() {
        let file = File::open(std::env::current_exe().unwrap()).unwrap();
        for _ in 0..=MAX {
            drop(close_in_child(&file).unwrap());
        }
    }
}
