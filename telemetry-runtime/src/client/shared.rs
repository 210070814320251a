//! Data that a client's handles and its worker share.

use std::time::Duration;

use super::{disclosed::Disclosed, switch::Switch};
use crate::{delivery::queue::Queue, util::spawn::Threads, wire::envelope::EventKeyOrder};

pub(crate) struct Shared {
    pub(super) switch: Switch,
    pub(super) disclosed: Disclosed,
    pub(super) order: EventKeyOrder,
    pub(super) max_event_bytes: usize,
    pub(super) exit_budget: Duration,
    pub(super) queue: Queue,
    pub(super) threads: Threads,
    #[cfg(feature = "audit")]
    pub(super) audit_format: crate::product::audit_format::AuditFormat,
    #[cfg(feature = "audit")]
    pub(super) audit: Option<std::sync::Arc<crate::audit::AuditLog>>,
}
