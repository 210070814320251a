//! The five events of OpenShell, schema 4.0.

use telemetry_runtime::{Count, TelemetryEvent, TelemetryFields};

use super::{
    ComputeDriver, DenyGroup, LifecycleOperation, LifecycleResource, Outcome,
    PolicyDecisionOperation, ProviderProfile, SandboxTemplateSource, Source,
};

/// The field that all events share.
#[derive(TelemetryFields, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Always `openshell`.
    #[event(constant = Source::OpenShell)]
    pub nvidia_source: Source,
}

/// An operation on a sandbox or on its policy.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "openshell_lifecycle_event",
    schema = "4.0",
    gdpr(purpose = "Operations on sandboxes and their policies, and how often they fail."),
    never("Names and ids of sandboxes", "Contents of policies")
)]
pub struct LifecycleEvent {
    /// The sender.
    #[event(flatten)]
    pub origin: Origin,
    /// Resource of the operation.
    #[event(required)]
    pub resource: LifecycleResource,
    /// The operation.
    #[event(required)]
    pub operation: LifecycleOperation,
    /// How the operation ended.
    #[event(required)]
    pub outcome: Outcome,
}

/// An operation on a provider of credentials.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "openshell_provider_lifecycle_event",
    schema = "4.0",
    gdpr(purpose = "Services that sandboxes use, by their public profile."),
    never("Names of providers", "Credentials", "Names of models")
)]
pub struct ProviderLifecycleEvent {
    /// The sender.
    #[event(flatten)]
    pub origin: Origin,
    /// The operation: create, update or delete.
    #[event(required)]
    pub operation: LifecycleOperation,
    /// How the operation ended.
    #[event(required)]
    pub outcome: Outcome,
    /// Public profile of the provider; `custom` for every other one.
    #[event(required)]
    pub provider_profile: ProviderProfile,
}

/// A request to create a sandbox.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "openshell_sandbox_create_event",
    schema = "4.0",
    gdpr(purpose = "Kinds of sandboxes that users create, and how often it fails."),
    never(
        "Names and ids of sandboxes",
        "Names of images",
        "Contents of policies"
    )
)]
pub struct SandboxCreateEvent {
    /// The sender.
    #[event(flatten)]
    pub origin: Origin,
    /// How the request ended.
    #[event(required)]
    pub outcome: Outcome,
    /// Whether the request asks for a GPU.
    #[event(required)]
    pub requested_gpu: bool,
    /// Number of providers in the request.
    #[event(required, range(min = 0))]
    pub provider_count: Count,
    /// Whether the request contains a policy.
    #[event(required)]
    pub has_custom_policy: bool,
    /// Image of the sandbox; `undefined` for a request without specification.
    #[event(required)]
    pub template_source: SandboxTemplateSource,
    /// Driver that runs the sandbox.
    #[event(required)]
    pub compute_driver: ComputeDriver,
}

/// A decision about rules that a sandbox proposed.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "openshell_policy_decision_event",
    schema = "4.0",
    gdpr(purpose = "How users decide about proposed rules."),
    never("Contents of rules", "Names of hosts, paths and programs")
)]
pub struct PolicyDecisionEvent {
    /// The sender.
    #[event(flatten)]
    pub origin: Origin,
    /// The decision.
    #[event(required)]
    pub operation: PolicyDecisionOperation,
    /// How the operation ended.
    #[event(required)]
    pub outcome: Outcome,
    /// Number of rules that were decided.
    #[event(required, range(min = 0))]
    pub rule_count: Count,
}

/// Denied network activities of one group.
#[derive(TelemetryFields, Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupDenials {
    /// Reason for the denials.
    #[event(required)]
    pub deny_group: DenyGroup,
    /// Number of denials.
    #[event(required, range(min = 0))]
    pub denied_count: i64,
}

/// Network activities of the sandboxes in one interval.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "openshell_sandbox_activity_summary_event",
    schema = "4.0",
    gdpr(purpose = "Amount of network activity, and the reasons for denials."),
    never(
        "Names of hosts, paths and programs",
        "Contents of requests and responses"
    )
)]
pub struct SandboxActivitySummaryEvent {
    /// The sender.
    #[event(flatten)]
    pub origin: Origin,
    /// Number of network activities, allowed or denied.
    #[event(default = 0, range(min = 0))]
    pub network_activity_count: i64,
    /// Number of denied network activities.
    #[event(default = 0, range(min = 0))]
    pub denied_action_count: i64,
    /// Denied activities in percent of all activities; 0 without activities.
    #[event(default = 0.0, unit = "percent", range(min = 0, max = 100))]
    pub denial_rate_pct: f64,
    /// Denied activities by group, in the order of the groups. Groups without denials are absent.
    #[event(max_items = 8)]
    pub denials_by_group: Vec<GroupDenials>,
}

impl SandboxActivitySummaryEvent {
    /// Counts one network activity, and the group of its denial if it was denied.
    ///
    /// ```
    /// use telemetry_examples::openshell::{DenyGroup, SandboxActivitySummaryEvent};
    /// use telemetry_runtime::TelemetryEvent;
    ///
    /// let mut summary = SandboxActivitySummaryEvent::default();
    /// for denied in [None, None, Some(DenyGroup::Ssrf), Some(DenyGroup::Bypass)] {
    ///     summary.add(denied);
    /// }
    /// assert_eq!(
    ///     summary.parameters().to_json(),
    ///     concat!(
    ///         r#"{"nvidiaSource":"openshell","networkActivityCount":4,"deniedActionCount":2,"#,
    ///         r#""denialRatePct":50.0,"denialsByGroup":[{"denyGroup":"bypass","deniedCount":1},"#,
    ///         r#"{"denyGroup":"ssrf","deniedCount":1}]}"#,
    ///     )
    /// );
    /// ```
    pub fn add(&mut self, denied: Option<DenyGroup>) {
        self.network_activity_count = self.network_activity_count.saturating_add(1);
        if let Some(group) = denied {
            self.add_denials(group, 1);
        }
        self.denial_rate_pct =
            denial_rate_pct(self.network_activity_count, self.denied_action_count);
    }

    /// Counts denials of one group. Denials of a group that is already present are added to it.
    fn add_denials(&mut self, group: DenyGroup, count: i64) {
        self.denied_action_count = self.denied_action_count.saturating_add(count);
        let position = |denials: &GroupDenials| denials.deny_group;
        match self.denials_by_group.binary_search_by_key(&group, position) {
            Ok(at) => {
                if let Some(denials) = self.denials_by_group.get_mut(at) {
                    denials.denied_count = denials.denied_count.saturating_add(count);
                }
            }
            Err(at) => self.denials_by_group.insert(
                at,
                GroupDenials {
                    deny_group: group,
                    denied_count: count,
                },
            ),
        }
    }
}

/// Denied activities in percent, from 0 to 100; 0 without activities.
#[must_use]
pub fn denial_rate_pct(activities: i64, denied: i64) -> f64 {
    if activities <= 0 {
        return 0.0;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a percentage needs fewer digits"
    )]
    let rate = denied as f64 / activities as f64 * 100.0;
    rate.clamp(0.0, 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_a_percentage_within_its_bounds() {
        for (activities, denied, expected) in [
            (0, 1, 0.0),
            (10, 2, 20.0),
            (10, 15, 100.0),
            (4, 1, 25.0),
            (4, 10, 100.0),
        ] {
            assert_eq!(denial_rate_pct(activities, denied), expected);
        }
    }

    #[test]
    fn denials_of_one_group_are_added() {
        let mut summary = SandboxActivitySummaryEvent::default();
        for (name, count) in [
            ("host=private.example", 3),
            ("connect", 1),
            ("connect_policy", 2),
        ] {
            summary.add_denials(DenyGroup::from_name(name), count);
        }
        let groups = summary.denials_by_group.iter();
        let groups: Vec<_> = groups.map(|it| (it.deny_group, it.denied_count)).collect();
        assert_eq!(
            groups,
            [(DenyGroup::ConnectPolicy, 3), (DenyGroup::Unknown, 3)]
        );
    }
}
