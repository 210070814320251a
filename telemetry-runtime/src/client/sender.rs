//! The background sender of a client: the permission to start it, its marker, and its start.
//!
//! **Invariants.** A process starts a sender only if it has called
//! [`run_if_requested`](crate::sender::run_if_requested). An error has no effect: a later run sends the events.

use std::{
    ffi::OsString,
    fmt,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    product::Product,
    spool::{
        disk,
        folder::{Folder, Missing},
        sender_lock::{self, Nonce, parse_nonce},
    },
    util::{
        const_str::{HASH_START, hash_on},
        platform::detached,
    },
};

/// The only argument of a sender. A program that does not know it reports an error.
pub(crate) const ARGUMENT: &str = "--telemetry-sender";

/// The variable with the marker of a sender. It alone has no effect, because other programs inherit it.
pub(crate) const VARIABLE: &str = "TELEMETRY_RUNTIME_SENDER";

/// Permits the clients of a product to start the [background sender](crate::sender): the proof that the
/// program has called [`run_if_requested`](crate::sender::run_if_requested). Pass it to
/// [`ClientBuilder::sender`](crate::ClientBuilder::sender).
#[derive(Clone, Copy)]
pub struct SenderToken {
    product: u64,
}

impl SenderToken {
    pub(crate) fn new(product: &Product) -> Self {
        Self {
            product: identity(product),
        }
    }

    pub(crate) fn is_for(self, product: &Product) -> bool {
        self.product == identity(product)
    }
}

impl fmt::Debug for SenderToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderToken").finish_non_exhaustive()
    }
}

/// Distinguishes the products of one program.
fn identity(product: &Product) -> u64 {
    // The separator is not part of a name.
    [product.name, "\0", product.client_id]
        .into_iter()
        .fold(HASH_START, hash_on)
}

/// The text in the variable: a product, and the number of one start.
fn marker(product: u64, nonce: Nonce) -> OsString {
    format!("{product:016x}-{nonce:032x}").into()
}

/// The number in the variable of a sender. `None` if the marker is not one for this product.
pub(crate) fn requested(product: &Product, marker: &str) -> Option<Nonce> {
    let (of_product, nonce) = marker.split_once('-')?;
    let matches = of_product == format!("{:016x}", identity(product));
    matches.then(|| parse_nonce(nonce)).flatten()
}

/// The sender that a client may start once.
pub(super) struct Sender {
    product: u64,
    folder: PathBuf,
    started: AtomicBool,
}

impl Sender {
    pub(super) fn new(token: SenderToken, folder: PathBuf) -> Self {
        Self {
            product: token.product,
            folder,
            started: AtomicBool::new(false),
        }
    }

    /// True for one call.
    pub(super) fn take_turn(&self) -> bool {
        !self.started.swap(true, Ordering::Relaxed)
    }

    /// The folder of the spool, if there are events in it.
    pub(super) fn folder_with_events(&self) -> Option<Box<dyn Folder>> {
        let folder = disk::open_folder(self.folder.clone())(Missing::Leave).ok()?;
        let has_segments = sender_lock::has_segments(&*folder).ok()?;
        has_segments.then_some(folder)
    }

    /// Starts the sender, unless one runs.
    pub(super) fn start(&self, folder: &dyn Folder) {
        let Ok(Some(nonce)) = sender_lock::reserve(folder, &disk::SystemTimes::default()) else {
            return;
        };
        if !detached::start_again(ARGUMENT, VARIABLE, &marker(self.product, nonce)) {
            let _ = sender_lock::release(folder, nonce);
        }
    }
}
