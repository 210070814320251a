//! What Anonymizer says about the models of a run: the kinds of their hosts and their aliases.
//!
//! The address of a model server never leaves.

use std::borrow::Cow;

use telemetry_runtime::{
    Label,
    privacy::{HostRules, join_aliases, sorted_or},
};

/// What stands for the models of a step that did not run.
pub const NOT_APPLICABLE: &str = "not_applicable";

const OTHER: Label = Label("other");

/// Where models run, by their addresses.
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

/// The kind of the host that a model provider's `endpoint` names; `other` when there is none.
#[must_use]
pub fn classify_model_host(endpoint: Option<&str>) -> Label {
    MODEL_HOSTS.classify(endpoint)
}

/// The kinds of the hosts of a run, sorted, each once: never empty, so `other` where none is known.
#[must_use]
pub fn collect_model_hosts(hosts: impl IntoIterator<Item = Option<Label>>) -> Vec<Label> {
    sorted_or(hosts.into_iter().flatten(), OTHER)
}

/// The aliases of the models of one step, sorted and joined with commas; `not_applicable` for none.
#[must_use]
pub fn sort_join_aliases<A: AsRef<str>>(aliases: impl IntoIterator<Item = A>) -> Cow<'static, str> {
    join_aliases(aliases, NOT_APPLICABLE)
}
