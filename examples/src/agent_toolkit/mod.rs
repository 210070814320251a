//! Agent Toolkit: one event for each command given on the command line.

mod event;

pub use event::NatCliCommand;
use telemetry_runtime::Product;

use crate::nemo::{CLIENT_ID, INGEST};

/// Name and version of the Agent Toolkit's telemetry system.
pub const SYSTEM_VERSION: &str = "nat-telemetry/1.0";

/// The Agent Toolkit on the wire, and the variables that control it. Off until a person has said
/// yes.
pub static AGENT_TOOLKIT: Product = Product::new("NeMo Agent Toolkit")
    .client_id(CLIENT_ID)
    .system_version(SYSTEM_VERSION)
    .endpoint(INGEST)
    .enable_variable("NAT_TELEMETRY_ENABLED")
    .endpoint_variable("NAT_TELEMETRY_ENDPOINT")
    .session_prefix_variable("NAT_SESSION_PREFIX")
    .default_on(false);
