//! Forks and signal masks: the calls of the C library that no safe interface offers.
//!
//! A child of `fork` has one thread and a copy of its parent's memory. A lock that another thread of the
//! parent held at the fork stays locked in the child forever. Therefore the child uses nothing of the
//! parent's state that has a lock: a [`PerProcess`] value is created anew in each process, and the
//! inherited one is leaked.
//!
//! **Invariants.** All unsafe code of the crate is in this file. The handler that runs at a fork only
//! increments a counter and closes descriptors, which is safe in a signal handler. Nothing here takes a lock.

use std::{
    fmt,
    marker::PhantomData,
    sync::atomic::{AtomicPtr, AtomicU32, Ordering},
};

/// The number of forks between the first process and this one.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// The generation of this process. It differs from that of every ancestor.
#[inline]
pub(crate) fn generation() -> u32 {
    // Relaxed is enough: it changes only in a new process, which has one thread.
    GENERATION.load(Ordering::Relaxed)
}

/// Starts to count forks. `vfork`, `posix_spawn`, `_Fork` and `clone` run no handlers; their children
/// may only replace the program.
pub(crate) fn watch_forks() {
    #[cfg(unix)]
    {
        use std::sync::atomic::AtomicBool;

        static WATCHED: AtomicBool = AtomicBool::new(false);

        extern "C" fn in_child() {
            GENERATION.fetch_add(1, Ordering::Relaxed);
            #[cfg(all(feature = "spool", test))]
            descriptors::close_all();
        }

        if WATCHED.load(Ordering::Acquire) {
            return;
        }
        // A `Once` could be held by another thread at a fork. Without it two threads may both register
        // the handler, and then a fork raises the generation by 2, which has no other effect.
        #[expect(unsafe_code, reason = "std has no handler that runs at a fork")]
        // SAFETY: `in_child` is a function of this library, takes nothing and does not unwind. The C
        // library removes the handler when it unloads the library that registered it.
        let status = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
        // It fails only without memory; the next client tries again.
        WATCHED.store(status == 0, Ordering::Release);
    }
}

#[cfg(all(feature = "spool", test))]
pub(crate) use self::descriptors::{ClosedInChild, close_in_child};

/// Files that a child of a fork closes: otherwise it would keep the locks of its parent after the parent
/// has ended.
#[cfg(all(feature = "spool", test))]
mod descriptors {
    use std::{
        fs::File,
        io::{self, ErrorKind},
        sync::atomic::{AtomicI32, Ordering},
    };

    use super::generation;

    /// Maximum number of files. The handler at a fork looks at each place.
    const MAX: usize = 64;
    const NONE: i32 = -1;
    static FILES: [AtomicI32; MAX] = [const { AtomicI32::new(NONE) }; MAX];

    /// The registration of a file. Drop it before the file is closed.
    #[derive(Debug)]
    pub(crate) struct ClosedInChild {
        index: usize,
        generation: u32,
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
        #[cfg(not(unix))]
        let number = {
            // There are no forks, but the number of open files is the same.
            let _ = file;
            0
        };
        let (success, failure) = (Ordering::AcqRel, Ordering::Acquire);
        let claim = |place: &AtomicI32| {
            let claimed = place.compare_exchange(NONE, number, success, failure);
            claimed.is_ok()
        };
        let index = FILES.iter().position(claim);
        Ok(ClosedInChild {
            index: index.ok_or(ErrorKind::QuotaExceeded)?,
            generation: generation(),
        })
    }

    impl Drop for ClosedInChild {
        fn drop(&mut self) {
            // In a child, the place was freed and may be in use again.
            if self.generation == generation()
                && let Some(place) = FILES.get(self.index)
            {
                place.store(NONE, Ordering::Release);
            }
        }
    }

    /// Closes the registered files. Only for the handler that runs in the child of a fork.
    #[cfg(unix)]
    pub(super) fn close_all() {
        for place in &FILES {
            let number = place.swap(NONE, Ordering::Relaxed);
            if number != NONE {
                #[expect(unsafe_code, reason = "std closes a file only by its owner")]
                // SAFETY: the number is that of an open file, because a registration is dropped before its
                // file is closed. The child has one thread, and no code of it uses the file: the owner
                // compares the generation, which was raised before.
                unsafe {
                    libc::close(number);
                }
            }
        }
    }
}

/// A value that each process creates for itself: after a fork, the child's first access replaces it.
pub(crate) struct PerProcess<T> {
    /// Never null. Created by `Box::into_raw`.
    node: AtomicPtr<Node<T>>,
    owns: PhantomData<Box<Node<T>>>,
}

struct Node<T> {
    generation: u32,
    value: T,
}

impl<T: Send + Sync> PerProcess<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            node: AtomicPtr::new(Node::leak(value)),
            owns: PhantomData,
        }
    }

    /// The value of this process. In a child, `renew` creates it from the inherited value, in which locks
    /// may be held forever. If several threads create it at once, all use the first result.
    #[inline]
    pub(crate) fn get(&self, renew: impl FnOnce(&T) -> T) -> &T {
        let node = Self::borrow(&self.node.load(Ordering::Acquire));
        if node.generation == generation() {
            return &node.value;
        }
        self.replace(node, renew)
    }

    #[cold]
    fn replace<'a>(&'a self, inherited: &'a Node<T>, renew: impl FnOnce(&T) -> T) -> &'a T {
        let fresh = Node::leak(renew(&inherited.value));
        let old = std::ptr::from_ref(inherited).cast_mut();
        let (success, failure) = (Ordering::AcqRel, Ordering::Acquire);
        match self.node.compare_exchange(old, fresh, success, failure) {
            Ok(_) => &Self::borrow(&fresh).value,
            Err(first) => {
                #[expect(unsafe_code, reason = "another thread was first")]
                // SAFETY: `fresh` came from `Box::into_raw` above and no other thread has seen it.
                drop(unsafe { Box::from_raw(fresh) });
                &Self::borrow(&first).value
            }
        }
    }

    /// The node behind a pointer that was read from `self.node` or written to it.
    #[inline]
    fn borrow<'a>(node: &*mut Node<T>) -> &'a Node<T> {
        #[expect(
            unsafe_code,
            reason = "a lock around the pointer could be held at a fork"
        )]
        // SAFETY: the pointer came from `Box::into_raw`. Only `drop`, which has exclusive access, frees
        // a node that was stored; a node that was replaced is leaked. The callers limit the lifetime to
        // that of `&self`. `T: Sync` allows the shared reference on any thread, and the acquire load
        // sees the complete node.
        unsafe {
            &**node
        }
    }
}

impl<T> fmt::Debug for PerProcess<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerProcess").finish_non_exhaustive()
    }
}

impl<T> Node<T> {
    fn leak(value: T) -> *mut Self {
        Box::into_raw(Box::new(Self {
            generation: generation(),
            value,
        }))
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        let node = *self.node.get_mut();
        #[expect(unsafe_code, reason = "see `borrow`")]
        // SAFETY: the pointer came from `Box::into_raw` and was not freed before. `&mut self` proves
        // that no reference from `get` is left.
        unsafe {
            // An inherited value is leaked: its locks may be held and its threads do not exist.
            if (*node).generation == generation() {
                drop(Box::from_raw(node));
            }
        }
    }
}

/// Runs `start` while this thread blocks signals, so that a thread which it starts blocks them from its
/// first instruction: the host's handlers never run on it, and a `sigwait` in the host receives the
/// signals. A write to a closed pipe or socket is then an error, because `SIGPIPE` is blocked, too.
///
/// Signals that a fault raises, such as `SIGSEGV`, are not blocked: the host's crash handler must see them.
pub(crate) fn with_signals_blocked<R>(start: impl FnOnce() -> R) -> R {
    #[cfg(unix)]
    let _restore = mask::Blocked::new();
    start()
}

#[cfg(unix)]
mod mask {
    use std::mem::MaybeUninit;

    /// Signals that a fault of the thread itself raises.
    const FAULTS: [libc::c_int; 6] = [
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGSEGV,
        libc::SIGSYS,
        libc::SIGTRAP,
    ];

    /// Its drop restores the mask of the thread exactly.
    pub(super) struct Blocked {
        before: Option<libc::sigset_t>,
    }

    impl Blocked {
        pub(super) fn new() -> Self {
            let mut all = MaybeUninit::<libc::sigset_t>::uninit();
            let mut before = MaybeUninit::<libc::sigset_t>::uninit();
            #[expect(unsafe_code, reason = "std has no signal masks")]
            // SAFETY: `sigfillset` initializes `all`, and `pthread_sigmask` initializes `before` when it
            // succeeds. Both pointers are valid for writes, and both calls only affect this thread.
            let before = unsafe {
                libc::sigfillset(all.as_mut_ptr());
                for fault in FAULTS {
                    libc::sigdelset(all.as_mut_ptr(), fault);
                }
                let status =
                    libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), before.as_mut_ptr());
                (status == 0).then(|| before.assume_init())
            };
            Self { before }
        }
    }

    impl Drop for Blocked {
        fn drop(&mut self) {
            let Some(before) = &self.before else { return };
            #[expect(unsafe_code, reason = "std has no signal masks")]
            // SAFETY: `before` is the mask that `pthread_sigmask` returned; the replaced mask is
            // not requested.
            unsafe {
                libc::pthread_sigmask(libc::SIG_SETMASK, before, std::ptr::null_mut());
            }
        }
    }
}

#[cfg(all(test, unix, feature = "spool"))]
mod tests {
    use std::{
        fs::{File, TryLockError},
        io::{PipeReader, PipeWriter, Read},
    };

    use super::*;

    /// A child of a fork that only waits until `until` has no writer.
    fn child_that_waits(until: (PipeReader, PipeWriter)) -> (libc::pid_t, PipeWriter) {
        let (mut reader, writer) = until;
        let mut byte = [0];
        #[expect(unsafe_code, reason = "std has no fork")]
        // SAFETY: the child only closes, reads and exits.
        match unsafe { libc::fork() } {
            0 => {
                drop(writer);
                let _ = reader.read(&mut byte);
                #[expect(unsafe_code, reason = "no destructor and no handler may run")]
                // SAFETY: it ends the process.
                unsafe {
                    libc::_exit(0)
                }
            }
            child => (child, writer),
        }
    }

    fn wait_for(child: libc::pid_t) {
        #[expect(unsafe_code, reason = "std waits only for children that it started")]
        // SAFETY: the status is not requested.
        let waited = unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
        assert_eq!(waited, child);
    }

    #[test]
    fn row_42_a_child_of_a_fork_does_not_keep_the_lock_of_a_registered_file() {
        watch_forks();
        let path = std::env::temp_dir().join(format!("fork-{:x}", fastrand::u64(..)));
        for registered in [true, false] {
            let file = File::create(&path).unwrap();
            let registration = registered.then(|| close_in_child(&file).unwrap());
            file.try_lock().unwrap();
            let (child, writer) = child_that_waits(std::io::pipe().unwrap());
            // As at the end of a process: nothing is unlocked explicitly.
            drop(registration);
            drop(file);
            let locked = File::open(&path).unwrap().try_lock();
            let is_free = locked.is_ok();
            assert_eq!(is_free, registered, "{locked:?}");
            assert!(is_free || matches!(locked, Err(TryLockError::WouldBlock)));
            drop(writer);
            wait_for(child);
        }
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_place_is_free_again_after_its_registration() {
        let file = File::open("/").unwrap();
        for _ in 0..100 {
            drop(close_in_child(&file).unwrap());
        }
    }
}
