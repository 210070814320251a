//! Locks and threads: those of std, or of `shuttle` where schedules are explored.
//!
//! Everything by which the threads of a client come together takes them from here.

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
