//! The registry: all events of OpenShell. `schemas/openshell_events.json` is generated from it.

use telemetry_runtime::telemetry_registry;

use super::{
    CLIENT_ID, ComputeDriver, DenyGroup, LifecycleEvent, LifecycleOperation, LifecycleResource,
    Outcome, PolicyDecisionEvent, PolicyDecisionOperation, ProviderLifecycleEvent, ProviderProfile,
    SandboxActivitySummaryEvent, SandboxCreateEvent, SandboxTemplateSource, Source,
};

telemetry_registry! {
    /// The five events of OpenShell.
    pub static OPENSHELL_REGISTRY = {
        client_name = "OpenShell_Anonymous_Telemetry_Client",
        client_id = CLIENT_ID,
        version = "4.0",
        description = "Anonymous usage events of OpenShell.",
        types = [
            Source,
            Outcome,
            LifecycleResource,
            LifecycleOperation,
            PolicyDecisionOperation,
            SandboxTemplateSource,
            ComputeDriver,
            ProviderProfile,
            DenyGroup,
        ],
        events = [
            LifecycleEvent,
            ProviderLifecycleEvent,
            SandboxCreateEvent,
            PolicyDecisionEvent,
            SandboxActivitySummaryEvent,
        ],
    }
}
