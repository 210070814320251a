//! Data that a client's handles and its worker share.

use std::time::Duration;

use super::{disclosed::Disclosed, switch::Switch};
use crate::{
    delivery::{
        core::key::PartitionKey,
        epoch::Epoch,
        queue::{Queue, recorded::Recorded},
    },
    util::{platform::fork, spawn::Threads},
    wire::rendering::Rendering,
};

pub(crate) struct Shared {
    pub(super) switch: Switch,
    pub(super) disclosed: Disclosed,
    /// The process to which this belongs.
    pub(super) generation: u32,
    /// In a child of a fork: the transport could not be created again.
    pub(super) cannot_send: bool,
    pub(super) rendering: Rendering,
    pub(super) max_event_bytes: usize,
    pub(super) exit_budget: Duration,
    pub(super) queue: Queue,
    pub(super) threads: Threads,
    #[cfg(feature = "spool")]
    pub(super) spool: Option<std::sync::Arc<crate::spool::Spool>>,
    /// The envelope's keys, except the session.
    #[cfg(feature = "spool")]
    pub(super) context: crate::wire::context::EnvelopeContext,
    /// Never in a child of a fork.
    #[cfg(feature = "spool")]
    pub(super) sender: Option<super::sender::Sender>,
    #[cfg(feature = "audit")]
    pub(super) audit_format: crate::product::audit_format::AuditFormat,
    #[cfg(feature = "audit")]
    pub(super) audit: Option<std::sync::Arc<crate::audit::AuditLog>>,
}

impl Shared {
    /// Passes an event to `enqueue`, which returns whether it was accepted. With a spool, it is stored before.
    pub(super) fn stored<R>(
        &self,
        epoch: Epoch,
        key: PartitionKey,
        event: Recorded<'_>,
        enqueue: impl FnOnce(&Recorded<'_>) -> (bool, R),
    ) -> R {
        #[cfg(feature = "spool")]
        if self.spool.is_some() {
            return self.store_and(epoch, key, event, enqueue);
        }
        #[cfg(not(feature = "spool"))]
        let _ = (epoch, key);
        enqueue(&event).1
    }

    /// Enqueues an event of the worker itself.
    pub(super) fn enqueue_on_worker(
        &self,
        epoch: Epoch,
        key: PartitionKey,
        bytes: &[u8],
        coerced: u32,
    ) {
        self.stored(epoch, key, Recorded::in_memory(bytes, coerced), |event| {
            (self.queue.enqueue_on_worker(epoch, key, event), ())
        });
    }

    /// True in a child of the process to which this belongs. Its locks may then be held forever.
    pub(super) fn is_inherited(&self) -> bool {
        self.generation != fork::generation()
    }
}
