//! Tools that do not depend on telemetry: files, threads, environment variables, text.
//!
//! **Invariants.** Nothing here uses an event, a product or a client. All platform `cfg` is here.

pub(crate) mod catch_panic;
pub(crate) mod const_str;
pub(crate) mod duration;
pub(crate) mod env;
#[cfg(any(feature = "audit", feature = "consent"))]
pub(crate) mod fs;
pub(crate) mod log;
#[cfg(any(feature = "audit", feature = "consent", feature = "spool"))]
pub(crate) mod own_folder;
pub(crate) mod places;
pub(crate) mod platform;
pub(crate) mod read;
pub(crate) mod spawn;
pub(crate) mod sync;
pub(crate) mod terminal;
pub(crate) mod truthy;
pub(crate) mod whitespace;
