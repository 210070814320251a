//! One client for the whole process, for code that cannot receive one as an argument.
//!
//! `main` keeps the owner and installs its client. Libraries receive a client as an argument instead.
//!
//! ```
//! # #[cfg(feature = "derive")] mod example {
//! use telemetry_runtime::{Client, Product, TelemetryEvent, global};
//!
//! /// A cache was cleared.
//! #[derive(TelemetryEvent)]
//! #[event(name = "cache_cleared", schema = "1.0")]
//! struct CacheCleared {
//!     /// Number of entries.
//!     #[event(required)]
//!     entries: u32,
//! }
//!
//! static MY_TOOL: Product = Product::new("my-tool").endpoint("stdout").default_on(true);
//!
//! fn clear_cache() {
//!     global::client().record(&CacheCleared::builder().entries(3).build());
//! }
//!
//! # pub
//! fn main() -> Result<(), global::AlreadyInstalled> {
//! #   clear_cache();
//! #   assert!(!global::client().is_on());
//!     let telemetry = Client::builder(&MY_TOOL)
//! #       .env(|_| None)
//!         .build();
//!     global::install(&telemetry)?;
//!     clear_cache();
//! #   assert_eq!(telemetry.health().accepted(), 1);
//!     Ok(())
//! } // the drop of `telemetry` delivers the events
//! # }
//! # #[cfg(feature = "derive")] example::main().unwrap();
//! ```
//!
//! The owner stays in `main`; only its client is global. A `static` that contains the owner would
//! never be dropped, so its last events would be lost. The installed client is never replaced.

use std::fmt;

use super::{Client, builder::ClientBuilder, guard::TelemetryGuard};
use crate::{decision::Decision, product::Product, util::platform::fork::SetOnce};

static INSTALLED: SetOnce<Client> = SetOnce::new();

static NO_PRODUCT: Product = Product::new("(no client installed)");

/// The client before one is installed. It is off, so the drop of its owner has no effect.
static NOT_INSTALLED: SetOnce<Client> = SetOnce::new();

fn not_installed() -> Client {
    let builder = ClientBuilder::new(&NO_PRODUCT).env(|_| None);
    builder.built_off(Decision::NOT_INSTALLED).build().client()
}

/// Makes the owner's client available through [`client`].
///
/// Call this once, in `main`, and keep the owner until the end of `main`. After the drop of the owner,
/// [`client`] still returns the same client, which refuses and counts events as
/// [`ShutDown`](crate::health::RecordError::ShutDown).
///
/// # Errors
///
/// A client is already installed. It remains installed, and `owner` is unchanged.
pub fn install(owner: &TelemetryGuard) -> Result<(), AlreadyInstalled> {
    if INSTALLED.set(owner.client()) {
        Ok(())
    } else {
        Err(AlreadyInstalled {})
    }
}

/// The installed client. Before [`install`] it is a client that is off, and its
/// [`decision`](Client::decision) names the reason.
///
/// Call it at each use, which costs one atomic load. A reference that was stored before [`install`]
/// remains off.
#[must_use]
pub fn client() -> &'static Client {
    INSTALLED
        .get()
        .unwrap_or_else(|| NOT_INSTALLED.get_or_set(not_installed))
}

/// [`install`] was called a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlreadyInstalled {}

impl fmt::Display for AlreadyInstalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a telemetry client is already installed in this process")
    }
}

impl std::error::Error for AlreadyInstalled {}
