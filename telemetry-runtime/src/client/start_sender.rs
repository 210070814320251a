//! Decides at the end of a client whether it starts the background sender.
//!
//! **Invariants.** A sender is started only if telemetry is on, and if the client has no setting that the sender
//! could not know. A child of `fork` never starts one.

use std::{path::PathBuf, time::Duration};

use super::{
    Client,
    builder::ClientBuilder,
    durability::Durability,
    sender::{Sender, SenderToken},
    switch::Look,
    worker,
};
use crate::{
    decision::gate::Gate,
    product::Product,
    util::{catch_panic::catch_panic, places::UserFolders, platform::fork::generation},
};

/// The longest wait for a request that is under way when the time of the sender is over.
const EXIT_OF_SENDER: Duration = Duration::from_millis(300);

impl ClientBuilder {
    /// Lets the end of the client start the [background sender](crate::sender), if events are left in files. The
    /// drop of the guard and [`Client::shutdown`] start it. Default: it is not started.
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
        let token = self.sender.filter(|token| token.is_for(self.product))?;
        let knows_all = self.transport.is_none()
            && self.endpoint.is_none()
            && self.api_key.is_none()
            && !self.has_own_lookup
            && !self.allow_insecure;
        // A build server waits for all processes of a job, also if telemetry is enabled there. Starting a
        // program takes a lock of std, which a child of a fork may have inherited locked.
        let may = knows_all && !gate.is_automated() && generation() == 0;
        let folder = self.folder_of_sender().filter(|_| may)?;
        Some(Sender::new(token, folder))
    }

    /// The folder of the events that a sender of this product sends. `None` if its place is not known.
    pub(crate) fn folder_of_sender(&self) -> Option<PathBuf> {
        let places = self.product.spool;
        let folders = UserFolders::of(&[places], &*self.lookup);
        let place = places.resolve(&folders).into_iter().next()?;
        Some(place.path)
    }

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

impl Client {
    /// Starts the sender after the shutdown, if events are left in files.
    pub(super) fn start_sender(&self) {
        let shared = self.shared();
        let Some(sender) = &shared.sender else { return };
        let state = shared.switch.state();
        if !state.is_ended() || worker::on_worker() || !sender.take_turn() {
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
