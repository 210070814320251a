//! Delivers encoded events: the queue, the core and the counters.

pub(crate) mod clock;
pub(crate) mod core;
pub(crate) mod epoch;
pub(crate) mod health;
pub(crate) mod heartbeat;
pub(crate) mod loss;
pub(crate) mod mono_time;
pub(crate) mod queue;
#[cfg(all(feature = "spool", not(feature = "off")))]
mod spool_time;
pub(crate) mod summary;
pub(crate) mod timer;
#[cfg(feature = "testing")]
pub(crate) mod virtual_clock;
