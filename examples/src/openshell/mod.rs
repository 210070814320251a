//! OpenShell: five events of its gateway. The gateway runs sandboxes for agents and decides about their
//! network activities.

mod enums;
mod event;
mod registry;

use std::time::Duration;

pub use enums::{
    ComputeDriver, DenyGroup, LifecycleOperation, LifecycleResource, Outcome,
    PolicyDecisionOperation, ProviderProfile, SandboxTemplateSource, Source,
};
pub use event::{
    GroupDenials, LifecycleEvent, Origin, PolicyDecisionEvent, ProviderLifecycleEvent,
    SandboxActivitySummaryEvent, SandboxCreateEvent, denial_rate_pct,
};
pub use registry::OPENSHELL_REGISTRY;
use telemetry_runtime::{Client, Product, TelemetryEvent, descriptor::EventDescriptor};

use crate::nemo::{INGEST, RECIPIENT};

/// `clientId` of OpenShell.
pub const CLIENT_ID: &str = "415437562476676";

/// The variable that turns telemetry on and off, in the gateway and in its sandboxes.
pub const ENABLE_VARIABLE: &str = "OPENSHELL_TELEMETRY_ENABLED";

/// Interval in which the activities of sandboxes are summarized.
pub const ACTIVITY_INTERVAL: Duration = Duration::from_secs(10);

/// All events of the product.
pub const EVENTS: &[&EventDescriptor] = &[
    LifecycleEvent::DESCRIPTOR,
    ProviderLifecycleEvent::DESCRIPTOR,
    SandboxCreateEvent::DESCRIPTOR,
    PolicyDecisionEvent::DESCRIPTOR,
    SandboxActivitySummaryEvent::DESCRIPTOR,
];

/// The product: identity, endpoint and environment variables. It belongs to no family, and its envelopes
/// have no session id.
pub static OPENSHELL: Product = Product::new("OpenShell")
    .client_id(CLIENT_ID)
    .version(env!("CARGO_PKG_VERSION"))
    .system_version("openshell-telemetry/1.0")
    .recipient(RECIPIENT)
    .endpoint(INGEST)
    .events(&[EVENTS])
    .enable_variable(ENABLE_VARIABLE)
    .endpoint_variable("OPENSHELL_TELEMETRY_ENDPOINT")
    .no_session()
    .default_on(true);

/// The value of [`ENABLE_VARIABLE`] for a sandbox. The decision of the gateway also applies there.
#[must_use]
pub fn value_for_sandboxes(client: &Client) -> &'static str {
    if client.is_on() { "true" } else { "false" }
}
