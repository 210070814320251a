//! The private async runtime of the transport.
//!
//! **Invariants.** The first runtime of a process initializes statics of tokio, such as the pipe for
//! signals if any crate of the build enables that feature. No fork comes in the middle of it, because a
//! child would wait for such a static forever.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tokio::runtime::{self, Runtime};

use super::failure::setup;
use crate::{
    transport::Failure,
    util::platform::{descriptors, fork_gate},
};

/// A runtime was created: the statics are initialized, here and in each child.
static INITIALIZED: AtomicBool = AtomicBool::new(false);

/// Creates the runtimes of one transport.
pub(super) struct Runtimes {
    /// `None` in some processes until the first runtime: see [`Self::for_child`].
    builder: Option<runtime::Builder>,
}

/// A builder for the first child that asks.
pub(super) type Spare = Mutex<Option<runtime::Builder>>;

impl Runtimes {
    /// Reads an environment variable, because tokio does.
    pub(super) fn new() -> Self {
        Self {
            builder: Some(runtime::Builder::new_current_thread()),
        }
    }

    /// Created now, because a child must not read the environment, whose lock another thread of its
    /// parent may have held at the fork. A child of the child has to; its worker does it, not a caller.
    pub(super) fn spare() -> Spare {
        Mutex::new(Some(runtime::Builder::new_current_thread()))
    }

    pub(super) fn for_child(spare: &Spare) -> Self {
        // Only a child takes this lock, so it is free in each child of the parent.
        let spare = spare.try_lock().ok();
        Self {
            builder: spare.and_then(|mut spare| spare.take()),
        }
    }

    pub(super) fn create(&mut self, deadline: Instant) -> Result<Runtime, Failure> {
        if !descriptors::available_for_a_runtime() {
            return Err(setup("no file descriptor is available"));
        }
        let builder = self
            .builder
            .get_or_insert_with(runtime::Builder::new_current_thread)
            .enable_io()
            .enable_time()
            // Timers must fire even while a connection always has bytes to read. With 1, each step of
            // a connection would cost a system call.
            .event_interval(4)
            .max_blocking_threads(1);
        let created = if INITIALIZED.load(Ordering::Acquire) {
            builder.build()
        } else {
            fork_gate::initialize(deadline, || builder.build()).map_err(setup)?
        };
        let runtime = created.map_err(|_| setup("the async runtime could not be created"))?;
        INITIALIZED.store(true, Ordering::Release);
        Ok(runtime)
    }
}
