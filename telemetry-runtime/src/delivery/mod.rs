//! What happens between an accepted event and its request: the queue, the core, the counters.

pub(crate) mod clock;
pub(crate) mod core;
pub(crate) mod epoch;
pub(crate) mod health;
pub(crate) mod loss;
pub(crate) mod queue;
#[cfg(feature = "testing")]
pub(crate) mod virtual_clock;
