//! Forks, threads of children, and signal masks: the calls of the C library that no safe interface offers.
//!
//! A child of `fork` has one thread and a copy of its parent's memory. A lock that another thread of the
//! parent held at the fork stays locked in the child forever. Therefore the child uses nothing of the
//! parent's state that has a lock: a [`PerProcess`] value is created anew in each process, and the
//! inherited one is leaked.
//!
//! **Invariants.** All unsafe code of the crate, except that of tests, is in this file. The handlers that run
//! at a fork change counters, wait at most a second and close descriptors, by what is safe in a signal handler.
//! Nothing here takes a lock.

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

        extern "C" fn before() {
            #[cfg(feature = "http")]
            super::fork_gate::close();
        }

        extern "C" fn in_parent() {
            #[cfg(feature = "http")]
            super::fork_gate::open();
        }

        extern "C" fn in_child() {
            GENERATION.fetch_add(1, Ordering::Relaxed);
            #[cfg(feature = "spool")]
            super::fork_files::close_all(close_descriptor);
            #[cfg(feature = "http")]
            super::fork_gate::open_in_child();
        }

        if WATCHED.load(Ordering::Acquire) {
            return;
        }
        // A `Once` could be held by another thread at a fork. Without it two threads may both register
        // the handlers, and then a fork raises the generation by 2, which has no other effect.
        #[expect(unsafe_code, reason = "std has no handler that runs at a fork")]
        // SAFETY: the handlers are functions of this library, take nothing and do not unwind. They use
        // atomics, the clock, sleep and close, which a signal handler may. The C library removes the handlers
        // when it unloads the library that registered them.
        let status = unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
        // It fails only without memory; the next client tries again.
        WATCHED.store(status == 0, Ordering::Release);
    }
}

/// Closes a file without its owner, which must not use it afterwards. Only for the handler that runs in the
/// child of a fork, and for a process that has run no code that opens files.
#[cfg(all(unix, feature = "spool"))]
pub(super) fn close_descriptor(number: i32) {
    #[expect(unsafe_code, reason = "std closes a file only by its owner")]
    // SAFETY: `close` is safe in a signal handler. In the child of a fork, the owner does not use or close the
    // file: it compares the generation, which was raised before. In the other process there is no owner.
    unsafe {
        libc::close(number);
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

/// A value of a `static` that is set once. A child finds it set or not set: unlike a `OnceLock`, it never
/// waits for a thread of its parent.
pub(crate) struct SetOnce<T> {
    /// Null, or created by `Box::into_raw` and never freed.
    value: AtomicPtr<T>,
    owns: PhantomData<Box<T>>,
}

impl<T: Send + Sync> SetOnce<T> {
    pub(crate) const fn new() -> Self {
        Self {
            value: AtomicPtr::new(std::ptr::null_mut()),
            owns: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        let value = self.value.load(Ordering::Acquire);
        #[expect(
            unsafe_code,
            reason = "a lock around the pointer could be held at a fork"
        )]
        // SAFETY: a pointer that is not null came from `Box::into_raw` and is never freed. `T: Sync`
        // allows the shared reference on any thread, and the acquire load sees the complete value.
        unsafe {
            value.as_ref()
        }
    }

    /// Sets the value. False if it was set before.
    pub(crate) fn set(&self, value: T) -> bool {
        let fresh = Box::into_raw(Box::new(value));
        let (success, failure) = (Ordering::AcqRel, Ordering::Acquire);
        let set = self
            .value
            .compare_exchange(std::ptr::null_mut(), fresh, success, failure);
        if set.is_err() {
            #[expect(unsafe_code, reason = "another value was first")]
            // SAFETY: `fresh` came from `Box::into_raw` above and no other thread has seen it.
            drop(unsafe { Box::from_raw(fresh) });
        }
        set.is_ok()
    }

    /// The value. If several threads create it at once, all use the first result.
    pub(crate) fn get_or_set(&self, create: impl Fn() -> T) -> &T {
        loop {
            if let Some(value) = self.get() {
                return value;
            }
            self.set(create());
        }
    }
}

#[cfg(unix)]
pub(crate) use bare_thread::start as start_thread;

/// Threads that std does not know.
#[cfg(unix)]
mod bare_thread {
    use std::{ffi::c_void, io, mem::MaybeUninit, ptr};

    use crate::util::catch_panic::catch_panic;

    type Run = Box<dyn FnOnce() + Send>;

    /// Starts a thread with this name by the C library alone, whose locks are free after a fork. A panic
    /// of `run` ends the thread only.
    pub(crate) fn start(
        name: &'static str,
        stack_bytes: usize,
        run: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let run: Run = Box::new(move || {
            set_name(name);
            run();
        });
        let argument = Box::into_raw(Box::new(run)).cast::<c_void>();
        let status = create(stack_bytes, argument);
        if status == 0 {
            return Ok(());
        }
        #[expect(unsafe_code, reason = "no thread has the closure")]
        // SAFETY: the pointer came from `Box::into_raw` above, and no thread was created that has it.
        drop(unsafe { Box::from_raw(argument.cast::<Run>()) });
        Err(io::Error::from_raw_os_error(status))
    }

    /// Passes `argument` to `main` on a new thread. Returns an error number, or 0.
    fn create(stack_bytes: usize, argument: *mut c_void) -> libc::c_int {
        let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
        let mut thread = MaybeUninit::<libc::pthread_t>::uninit();
        #[expect(unsafe_code, reason = "a thread of std takes a lock")]
        // SAFETY: the attributes are used only after `pthread_attr_init` has initialized them, and are
        // destroyed once. `thread` is read only after `pthread_create` has initialized it, and is
        // detached once, so that it is never joined. `main` takes the argument as its owner.
        unsafe {
            let status = libc::pthread_attr_init(attributes.as_mut_ptr());
            if status != 0 {
                return status;
            }
            // A system that refuses this size uses its default, which is larger.
            libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), stack_bytes);
            let status =
                libc::pthread_create(thread.as_mut_ptr(), attributes.as_ptr(), main, argument);
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
            if status == 0 {
                libc::pthread_detach(thread.assume_init());
            }
            status
        }
    }

    extern "C" fn main(argument: *mut c_void) -> *mut c_void {
        #[expect(unsafe_code, reason = "the closure crosses the C library as a pointer")]
        // SAFETY: `start` made the pointer by `Box::into_raw` from a box of this type, and `create` gives
        // it to one thread, which calls this function once. The closure is `Send`.
        let run = unsafe { Box::from_raw(argument.cast::<Run>()) };
        // A panic must not leave this function.
        let _ = catch_panic(run);
        ptr::null_mut()
    }

    /// Names this thread for debuggers, on Linux.
    fn set_name(name: &str) {
        #[cfg(target_os = "linux")]
        {
            // Linux keeps 15 bytes, and a zero byte follows.
            let mut text = [0_u8; 16];
            for (to, from) in text.iter_mut().take(15).zip(name.bytes()) {
                *to = from;
            }
            #[expect(unsafe_code, reason = "std names only its own threads")]
            // SAFETY: the text ends with a zero byte and is read during the call only.
            unsafe {
                libc::prctl(libc::PR_SET_NAME, text.as_ptr());
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _ = name;
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
