//! Locks and threads: those of std, or those of `shuttle` when a test explores schedules.
//!
//! **Invariants.** Code that synchronizes the threads of a client uses these types.

#[cfg(not(all(test, shuttle)))]
pub(crate) use std::{
    sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU32},
    thread, thread_local,
};

#[cfg(all(test, shuttle))]
pub(crate) use shuttle::{
    sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU32},
    thread, thread_local,
};
