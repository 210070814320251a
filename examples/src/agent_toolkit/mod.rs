//! Agent Toolkit: one event for each command given on the command line.

#[cfg(feature = "agent-toolkit")]
mod commands;
#[cfg(feature = "agent-toolkit")]
mod disclosure;
mod dry_run;
mod event;
#[cfg(feature = "agent-toolkit")]
mod invocation;
mod outcome;

#[cfg(feature = "agent-toolkit")]
pub use commands::{Commands, Subcommands, command_labels, command_path, is_configure_telemetry};
#[cfg(feature = "agent-toolkit")]
pub use disclosure::{DISCLOSURE, QUESTION, prompt};
pub use dry_run::is_dry_run;
pub use event::NatCliCommand;
#[cfg(feature = "agent-toolkit")]
pub use invocation::{Invocation, command_event, settings};
pub use outcome::{ExitReason, INTERRUPTED, Outcome};
#[cfg(feature = "agent-toolkit")]
use std::time::Duration;

#[cfg(feature = "agent-toolkit")]
use telemetry_runtime::Policy;
use telemetry_runtime::{Product, TelemetryEvent};

use crate::nemo::product;

/// Name and version of the Agent Toolkit's telemetry system.
pub const SYSTEM_VERSION: &str = "nat-telemetry/1.0";

/// The product: identity, endpoint and environment variables. Telemetry is off until the user
/// consents.
#[cfg(feature = "agent-toolkit")]
pub static AGENT_TOOLKIT: Product = DISCLOSED
    .requires_consent(disclosure::CONSENT)
    .policy(Policy::new().request_timeout(Duration::from_secs(2)));

/// The product without its consent, which needs the feature of the program. Both have the same digest.
pub const DISCLOSED: Product = product("NeMo Agent Toolkit")
    .events(&[&[NatCliCommand::DESCRIPTOR]])
    .version(env!("CARGO_PKG_VERSION"))
    .system_version(SYSTEM_VERSION)
    .enable_variable("NAT_TELEMETRY_ENABLED")
    .endpoint_variable("NAT_TELEMETRY_ENDPOINT")
    .session_prefix_variable("NAT_SESSION_PREFIX");
