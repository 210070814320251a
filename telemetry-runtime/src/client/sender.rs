//! Starts the background sender when a client ends.
//!
//! **Invariants.** A process starts a sender only if it has called
//! [`run_if_requested`](crate::sender::run_if_requested), if telemetry is on, and if the client has no setting
//! that the sender could not know. A child of `fork` never starts one.

use std::{
    ffi::OsString,
    fmt,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::{Client, builder::ClientBuilder, durability::Durability, switch::Look, worker};
use crate::{
    decision::gate::Gate,
    product::Product,
    spool::{
        disk,
        folder::{Folder, Missing},
        sender_lock::{self, Nonce, parse_nonce},
    },
    util::{
        catch_panic::catch_panic,
        const_str::{HASH_START, hash_on},
        places::UserFolders,
        platform::{detached, fork::generation},
    },
};

/// The only argument of a sender. A program that does not know it reports an error.
pub(crate) const ARGUMENT: &str = "--telemetry-sender";

/// The variable with the marker of a sender. It alone has no effect, because other programs inherit it.
pub(crate) const VARIABLE: &str = "TELEMETRY_RUNTIME_SENDER";

/// The longest wait for a request that is under way when the time of the sender is over.
const EXIT_OF_SENDER: Duration = Duration::from_millis(300);

/// Permits the clients of a product to start the background sender: the proof that the program has called
/// [`run_if_requested`](crate::sender::run_if_requested). Pass it to
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

/// The folder of the events that a sender of this product sends. `None` if its place is not known.
pub(crate) fn folder(builder: &ClientBuilder) -> Option<PathBuf> {
    let places = builder.product.spool;
    let folders = UserFolders::of(&[places], &*builder.lookup);
    let place = places.resolve(&folders).into_iter().next()?;
    Some(place.path)
}

/// The sender of a client.
pub(super) struct Sender {
    product: u64,
    folder: PathBuf,
    started: AtomicBool,
}

impl ClientBuilder {
    /// Lets the end of the client start the [background sender](crate::sender), if events are left in files. The drop
    /// of the guard and [`Client::shutdown`] start it. Default: it is not started.
    ///
    /// It has no effect in a client whose events the sender could not send: with a custom
    /// [transport](Self::transport), [endpoint](Self::endpoint), [API key](Self::api_key) or
    /// [lookup of variables](Self::env), with
    /// [`allow_insecure_endpoint`](Self::allow_insecure_endpoint), or with a token for another product.
    pub fn sender(mut self, token: SenderToken) -> Self {
        self.sender = Some(token);
        self
    }

    /// The sender that this client may start. Call it before the settings are used up.
    pub(super) fn sender_of_client(&self, gate: &Gate) -> Option<Sender> {
        let token = self.sender?;
        let knows_all = self.transport.is_none()
            && self.endpoint.is_none()
            && self.api_key.is_none()
            && !self.has_own_lookup
            && !self.allow_insecure;
        let product = identity(self.product);
        // A build server waits for all processes of a job, also if telemetry is enabled there.
        let for_product = token.product == product && !gate.is_automated();
        // Starting a program takes a lock of std, which a child of a fork may have inherited locked.
        let may = knows_all && for_product && generation() == 0;
        Some(Sender {
            product,
            folder: folder(self).filter(|_| may)?,
            started: AtomicBool::new(false),
        })
    }
}

impl Client {
    /// Starts the sender after the shutdown, if events are left in files.
    pub(super) fn start_sender(&self) {
        let shared = self.shared();
        let Some(sender) = &shared.sender else { return };
        let state = shared.switch.state();
        if !state.is_ended() || worker::on_worker() || sender.started.swap(true, Ordering::Relaxed)
        {
            return;
        }
        let _ = catch_panic(|| {
            let Some(folder) = sender.folder_with_events() else {
                return;
            };
            // Another process may have stored a refusal meanwhile.
            match shared.switch.look(&shared.queue, state.epoch()) {
                Look::Allowed => sender.start(&*folder),
                Look::Refused => shared.purge(),
                Look::Unknown => {}
            }
        });
    }
}

impl Sender {
    fn folder_with_events(&self) -> Option<Box<dyn Folder>> {
        let folder = disk::open_folder(self.folder.clone())(Missing::Leave).ok()?;
        let has_segments = sender_lock::has_segments(&*folder).ok()?;
        has_segments.then_some(folder)
    }

    /// Starts the sender, unless one runs. An error has no effect: a later run sends the events.
    fn start(&self, folder: &dyn Folder) {
        let Ok(Some(nonce)) = sender_lock::reserve(folder, &disk::SystemTimes::default()) else {
            return;
        };
        if !detached::start_again(ARGUMENT, VARIABLE, &marker(self.product, nonce)) {
            let _ = sender_lock::release(folder, nonce);
        }
    }
}

impl ClientBuilder {
    /// The settings of a client in the sender's process: those that the product declares, and few requests.
    pub(crate) fn for_sender(product: &'static Product) -> Self {
        Self::new(product)
            .durability(Durability::Process)
            .max_batch_events(500)
            .queue_bytes(4 * 1024 * 1024)
            .exit_budget(EXIT_OF_SENDER)
            .adopts_at_once()
    }
}
