//! Data that a client's handles and its worker share.

use std::time::Duration;

use super::{disclosed::Disclosed, switch::Switch};
use crate::{
    delivery::queue::Queue,
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
    #[cfg(feature = "audit")]
    pub(super) audit_format: crate::product::audit_format::AuditFormat,
    #[cfg(feature = "audit")]
    pub(super) audit: Option<std::sync::Arc<crate::audit::AuditLog>>,
}

impl Shared {
    /// True in a child of the process to which this belongs. Its locks may then be held forever.
    pub(super) fn is_inherited(&self) -> bool {
        self.generation != fork::generation()
    }
}
