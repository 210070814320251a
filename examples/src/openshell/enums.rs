//! The closed sets of values, and the names that select them.

use telemetry_runtime::TelemetryEnum;

/// Product that sent the event.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "SourceEnum", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Source {
    /// OpenShell.
    OpenShell,
}

/// How an operation ended.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "OutcomeEnum", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It succeeded.
    Success,
    /// It failed.
    Failure,
}

impl Outcome {
    /// Success for `Ok`, failure for `Err`.
    #[must_use]
    pub const fn of<T, E>(result: &Result<T, E>) -> Self {
        match result {
            Ok(_) => Self::Success,
            Err(_) => Self::Failure,
        }
    }
}

/// Resource with a life cycle.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "LifecycleResourceEnum", rename_all = "snake_case")]
#[non_exhaustive]
pub enum LifecycleResource {
    /// A sandbox.
    Sandbox,
    /// The policy of a sandbox.
    SandboxPolicy,
}

/// Operation on a resource.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "LifecycleOperationEnum", rename_all = "snake_case")]
#[non_exhaustive]
pub enum LifecycleOperation {
    /// It was created.
    Create,
    /// It was deleted.
    Delete,
    /// It was stopped.
    Stop,
    /// It was started again.
    Start,
    /// It was changed.
    Update,
}

/// Decision of a user about rules that a sandbox proposed.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "PolicyDecisionOperationEnum", rename_all = "snake_case")]
#[non_exhaustive]
pub enum PolicyDecisionOperation {
    /// One rule was approved.
    Approve,
    /// One rule was turned down.
    Reject,
    /// One approval was taken back.
    Undo,
    /// All proposed rules were approved together.
    ApproveAll,
}

/// Image of a new sandbox.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "SandboxTemplateSourceEnum", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SandboxTemplateSource {
    /// The image of the gateway.
    Default,
    /// An image that the request names.
    Image,
    /// The request has no specification.
    #[event(fallback)]
    Undefined,
}

impl SandboxTemplateSource {
    /// `Image` if the request names an image that is not blank.
    #[must_use]
    pub fn of_image(image: &str) -> Self {
        if image.trim().is_empty() {
            Self::Default
        } else {
            Self::Image
        }
    }
}

/// Driver that runs the sandboxes.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "ComputeDriverEnum", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ComputeDriver {
    /// Docker.
    Docker,
    /// Kubernetes.
    Kubernetes,
    /// Podman.
    Podman,
    /// Virtual machines.
    Vm,
    /// Another driver, or none.
    #[event(fallback)]
    Unknown,
}

impl ComputeDriver {
    /// The driver with this name or alias, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name.trim().to_lowercase().as_str() {
            "k8s" => Self::Kubernetes,
            name => Self::from_wire(name),
        }
    }
}

/// Service that a provider connects to.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "ProviderProfileEnum", rename_all = "lowercase")]
#[non_exhaustive]
pub enum ProviderProfile {
    /// Anthropic.
    Anthropic,
    /// Claude.
    Claude,
    /// Codex.
    Codex,
    /// Copilot.
    Copilot,
    /// DeepInfra.
    DeepInfra,
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
    /// NVIDIA.
    Nvidia,
    /// OpenAI.
    OpenAi,
    /// OpenCode.
    OpenCode,
    /// Outlook.
    Outlook,
    /// A provider of the user.
    #[event(fallback)]
    Custom,
}

impl ProviderProfile {
    /// The profile with this name or alias, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name.trim().to_lowercase().as_str() {
            "claude-code" => Self::Claude,
            "gh" => Self::GitHub,
            "glab" => Self::GitLab,
            name => Self::from_wire(name),
        }
    }
}

/// Reason for which a network activity was denied.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[event(name = "DenyGroupEnum", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DenyGroup {
    /// An attempt to bypass the proxy.
    Bypass,
    /// The policy of connections.
    ConnectPolicy,
    /// The policy of forwarded requests.
    ForwardPolicy,
    /// A request that could not be parsed.
    L7ParseRejection,
    /// The policy of requests.
    L7Policy,
    /// A policy that changed meanwhile.
    PolicyStale,
    /// A request to an internal address.
    Ssrf,
    /// Another reason.
    #[event(fallback)]
    Unknown,
}

impl DenyGroup {
    /// The group with this name or alias. Upper and lower case differ.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "connect" | "l4_deny" => Self::ConnectPolicy,
            "forward" => Self::ForwardPolicy,
            "l7" | "l7_deny" | "forward-l7-deny" => Self::L7Policy,
            "parse_rejection" => Self::L7ParseRejection,
            name => Self::from_wire(name),
        }
    }
}
