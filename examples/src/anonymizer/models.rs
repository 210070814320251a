//! Aliases of the models of a run, and the kinds of their hosts.
//!
//! **Invariants.** The address of a model server never enters an event.

use std::borrow::Cow;

use telemetry_runtime::{
    Label,
    privacy::{HostRules, join_aliases, sorted_or},
};

/// Value of a model field when its step did not run.
pub const NOT_APPLICABLE: &str = "not_applicable";

const OTHER: Label = Label("other");

/// Kinds of model hosts by address.
pub static MODEL_HOSTS: HostRules<Label> = HostRules::new(
    &[
        ("build.nvidia.com", Label("nvidia-build")),
        ("integrate.api.nvidia.com", Label("nvidia-build")),
        ("inference-api.nvidia.com", Label("nvidia-internal")),
        ("openrouter.ai", Label("openrouter")),
        ("localhost", Label("local")),
        ("127.0.0.1", Label("local")),
        ("0.0.0.0", Label("local")),
        ("[::1]", Label("local")),
    ],
    OTHER,
);

/// The kind of host of a model provider's `endpoint`; `other` without an endpoint.
#[must_use]
pub fn classify_model_host(endpoint: Option<&str>) -> Label {
    MODEL_HOSTS.classify(endpoint)
}

/// The kinds of hosts of a run, sorted and without duplicates; `other` if none is known.
#[must_use]
pub fn collect_model_hosts(hosts: impl IntoIterator<Item = Option<Label>>) -> Vec<Label> {
    sorted_or(hosts.into_iter().flatten(), OTHER)
}

/// The model aliases of one step, sorted and joined with commas; `not_applicable` without an alias.
#[must_use]
pub fn sort_join_aliases<A: AsRef<str>>(aliases: impl IntoIterator<Item = A>) -> Cow<'static, str> {
    join_aliases(aliases, NOT_APPLICABLE)
}
