//! Classes of differences between the recorded handlers and the default policy.
//!
//! A scenario that differs is in exactly one class, and each class checks the behaviour of ours.

use std::collections::BTreeMap;

use serde_json::Value;
use telemetry_runtime::{Policy, policy::Action};

use super::scenario::Outcome;

/// A scenario that does not have the outcome of most products.
pub(crate) struct Case {
    /// `None` for a scenario that the public API cannot express.
    pub(crate) ours: Option<Outcome>,
    pub(crate) recorded: Outcome,
    /// Some other product behaved as ours.
    pub(crate) as_another: bool,
}

struct Class {
    name: &'static str,
    why: &'static str,
    /// Checks the behaviour of ours.
    holds: fn(&Case) -> bool,
    ids: &'static [&'static str],
}

const CLASSES: &[Class] = &[
    Class {
        name: "pause",
        why: "a wrong key, address or proxy can be corrected: the events wait",
        holds: |case| {
            let Some(ours) = &case.ours else { return false };
            let last = ours.requests().last().and_then(status);
            ours.left > 0 && last.is_some_and(|it| Policy::new().action(it) == Action::Pause)
        },
        ids: &[
            "batch/three_401",
            "single/status_301",
            "single/status_303",
            "single/status_304",
            "single/status_307",
            "single/status_308",
            "single/status_401",
            "single/status_402",
            "single/status_403",
            "single/status_404",
            "single/status_405",
            "single/status_406",
            "single/status_407",
            "single/status_410",
            "single/status_411",
            "single/status_415",
            "single/status_418",
            "single/status_423",
            "single/status_428",
            "single/status_431",
            "single/status_451",
            "single/status_600",
            "single/status_999",
            "split_413/n3_413_then_404",
        ],
    },
    Class {
        name: "bisect",
        why: "one invalid event must not cause the loss of the others",
        holds: |case| {
            case.has_pair(|first, second| {
                let rejected = matches!(status(first), Some(400 | 422));
                rejected && ids(first).starts_with(ids(second)) && step(first) == step(second)
            })
        },
        ids: &[
            "batch/three_400",
            "batch/three_422",
            "split_413/n4_halves_400_and_429",
        ],
    },
    Class {
        name: "patience",
        why: "429 asks for a later request: the events are sent again",
        holds: |case| {
            case.has_pair(|first, second| {
                let again = ids(first) == ids(second) && step(first) < step(second);
                status(first) == Some(429) && again
            })
        },
        ids: &["batch/three_429"],
    },
    Class {
        name: "at most once",
        why: "the collector may have events that it did not acknowledge: a repetition counts them twice",
        holds: |case| {
            let Some(ours) = &case.ours else { return false };
            let last = ours.requests().last();
            let unanswered = ["read_timeout", "protocol_error"];
            let is_unanswered = |it: &Value| unanswered.map(Value::from).contains(&it["response"]);
            ours.left == 0
                && last.is_some_and(is_unanswered)
                && case.recorded.requests().len() > ours.requests().len()
        },
        ids: &[
            "batch/three_read_timeout",
            "retry/mixed_transient_exhaustion",
            "single/error_protocol_error",
            "split_413/n4_second_half_network_error",
        ],
    },
    Class {
        name: "no limit of retries",
        why: "an outage of minutes uses up three tries: the age of an event ends them",
        holds: |case| {
            let Some(ours) = &case.ours else { return false };
            let (ours, recorded) = (ours.requests(), case.recorded.requests());
            ours.len() > recorded.len() && ours.starts_with(recorded)
        },
        ids: &[
            "lifecycle/client_setup_error_exhaustion",
            "retry/503_x5_default_max_retries",
            "retry/503_x6_default_max_retries",
            "retry/network_error_exhaustion",
        ],
    },
    Class {
        name: "one batch per request",
        why: "failed events are sent again as they were, not joined with later ones",
        holds: |case| {
            let ours = case.ours.as_ref();
            ours.is_some_and(|ours| !joins(ours)) && joins(&case.recorded)
        },
        ids: &[
            "background/non_http_error_kills_timer",
            "order/dlq_before_new",
            "order/dlq_order_partial_split",
            "retry/different_ages_three",
        ],
    },
    Class {
        name: "one failure ends a flush",
        why: "a collector in trouble gets one request: the other half waits for the next flush",
        holds: |case| {
            let ours = case.ours.as_ref();
            ours.is_some_and(|ours| !goes_on(ours)) && goes_on(&case.recorded)
        },
        ids: &[
            "order/dlq_order_after_split",
            "order/enqueue_during_split",
            "split_413/n2_first_half_503",
            "split_413/n4_both_halves_503",
            "split_413/n4_first_half_non_http_error",
            "split_413/n4_second_half_non_http_error",
            "split_413/retry_then_413",
        ],
    },
    Class {
        name: "a shutdown tries again",
        why: "a shutdown sends deferred events again until its deadline",
        holds: |case| {
            let again = case.has_pair(|first, second| {
                ids(first) == ids(second) && step(first) == step(second) && failed(first)
            });
            again && case.ours.as_ref().is_some_and(|ours| ours.left == 0)
        },
        ids: &[
            "background/stop_flushes_dlq",
            "lifecycle/stop_leaves_failures_in_dlq",
            "lifecycle/stop_twice_retries",
            "lifecycle/with_sync_failure_lost",
        ],
    },
    Class {
        name: "Retry-After",
        why: "the collector specifies when to send again: not even a flush sends earlier",
        holds: |case| {
            let ours = case.ours.as_ref();
            ours.is_some_and(|ours| ours.left == 1 && ours.requests().len() == 1)
        },
        ids: &["retry/503_with_retry_after_ignored"],
    },
    Class {
        name: "over",
        why: "a client that was shut down refuses events and counts them",
        holds: |case| case.ours.as_ref().is_some_and(|ours| ours.left == 0),
        ids: &[
            "background/enqueue_after_stop_not_sent",
            "background/restart",
            "lifecycle/enqueue_after_stop",
            "lifecycle/with_sync_reused",
        ],
    },
    Class {
        name: "a flush sends",
        why: "a flush or a full batch sends, as in Safe Synthesizer; elsewhere it sets a signal, or \
              the end of a scope sends",
        holds: |case| case.as_another,
        ids: &[
            "background/aflush",
            "background/aflush_without_start",
            "lifecycle/with_sync_max_queue_inside",
        ],
    },
    Class {
        name: "invalid endpoint",
        why: "an invalid endpoint turns the client off at once instead of failing at every flush",
        holds: |case| {
            let ours = case.ours.as_ref();
            ours.is_some_and(|ours| ours.left == 0 && ours.requests().is_empty())
        },
        ids: &[
            "endpoint/endpoint_bad_port",
            "endpoint/endpoint_without_scheme",
        ],
    },
    Class {
        name: "read once",
        why: "the environment is read once, when the client is built",
        holds: not_expressible,
        ids: &[
            "enabled/disabled_then_dlq_still_retried",
            "enabled/enabled_after_start",
        ],
    },
    Class {
        name: "always encodable",
        why: "every event can be encoded: NaN becomes the sentinel",
        holds: not_expressible,
        ids: &[
            "lifecycle/unencodable_body",
            "lifecycle/unencodable_then_alone",
        ],
    },
    Class {
        name: "not in a test",
        why: "a test contacts no other machine, and a test of this process cannot see what it \
              prints; a fault test checks that",
        holds: not_expressible,
        ids: &[
            "endpoint/custom_endpoint_lower",
            "nat_endpoint/nat_dry_run_and_stdout",
        ],
    },
    Class {
        name: "no such setting",
        why: "a number of retries is not negative, and every client has a background, which may \
              send the first full batch before the last event came",
        holds: not_expressible,
        ids: &[
            "batch/more_than_max_queue_in_one_batch",
            "retry/always_503_max_retries_-1",
        ],
    },
];

/// Every scenario that differs is in one class and does what the class states; no class lists another.
pub(crate) fn assert_classified(mut different: BTreeMap<String, Case>) {
    for Class {
        name,
        why,
        holds,
        ids,
    } in CLASSES
    {
        for id in *ids {
            let case = different.remove(*id);
            let case = case.unwrap_or_else(|| {
                panic!("{id} is listed in `{name}` and does not differ, or is listed twice")
            });
            assert!(
                holds(&case),
                "{id} is not a case of `{name}` ({why}): {case}"
            );
        }
    }
    let unlisted: Vec<_> = different
        .iter()
        .map(|(id, case)| format!("\n{id}: {case}"))
        .collect();
    assert!(unlisted.is_empty(), "in no class: {}", unlisted.concat());
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(ours) = &self.ours else {
            return f.write_str("not expressible");
        };
        let [ours, recorded] =
            [ours, &self.recorded].map(|it| format!("{} with {} left", it.requests, it.left));
        write!(f, "ours {ours}, recorded {recorded}")
    }
}

impl Case {
    /// True when two requests of ours that follow each other are such a pair.
    fn has_pair(&self, is_such: impl Fn(&Value, &Value) -> bool) -> bool {
        let pairs = self.ours.iter().flat_map(|ours| ours.requests().windows(2));
        pairs.into_iter().any(|pair| is_such(&pair[0], &pair[1]))
    }
}

fn not_expressible(case: &Case) -> bool {
    case.ours.is_none()
}

fn ids(request: &Value) -> &[Value] {
    request["ids"].as_array().unwrap()
}

fn step(request: &Value) -> u64 {
    request["step"].as_u64().unwrap()
}

fn status(request: &Value) -> Option<u16> {
    let response = &request["response"];
    let status = response.as_u64().or_else(|| response["respond"].as_u64());
    status.map(|status| status.try_into().unwrap())
}

/// True for a failure that is answered by a retry.
fn failed(request: &Value) -> bool {
    status(request).is_none_or(|status| Policy::new().action(status) == Action::Retry)
}

/// True when a request holds both events that were sent before and fresh ones.
fn joins(outcome: &Outcome) -> bool {
    let requests = outcome.requests();
    (1..requests.len()).any(|index| {
        let sent = |id| requests[..index].iter().any(|it| ids(it).contains(id));
        let again = ids(&requests[index]).iter().filter(|id| sent(*id)).count();
        again > 0 && again < ids(&requests[index]).len()
    })
}

/// True when a step makes another request after one that failed.
fn goes_on(outcome: &Outcome) -> bool {
    let pairs = outcome.requests().windows(2);
    pairs
        .into_iter()
        .any(|pair| failed(&pair[0]) && step(&pair[0]) == step(&pair[1]))
}
