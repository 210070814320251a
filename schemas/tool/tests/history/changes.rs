//! The changes between the released documents, and other ways to make them.

use telemetry_tool::{
    check_released,
    diff::{Change, Comparison, Options, compare},
    history,
    rules::Bump,
};

use crate::{Pair, folder, load, repository};

/// Rule, event and changed value of each change that needs a version.
fn found(comparison: &Comparison<'_>) -> Vec<String> {
    let changes = comparison.changes.iter().filter(|it| it.bump > Bump::None);
    let changes = changes.filter(|it| it.rule.id != "SHARED_TYPE_CHANGED");
    let row = |change: &Change| {
        let name = change.pointer.rsplit('/').next().unwrap();
        match (&change.shared_type, &change.after) {
            (Some(shared), Some(after)) => format!("{} {shared} {after}", change.rule.id),
            _ => format!("{} {} {name}", change.rule.id, change.events[0]),
        }
    };
    changes.map(row).collect()
}

#[track_caller]
fn finds(name: &str, old: &Pair, new: &Pair, changes: &[&str], finding: bool) {
    let [old, new] = load(&folder(name, old, new));
    let comparison = compare(old.side(), new.side(), &Options::default());
    assert_eq!(found(&comparison), changes);
    assert_eq!(comparison.is_finding(), finding, "{:?}", comparison.needs);
}

const MOVE: [&str; 3] = [
    "FIELD_ADDED anonymizer_event inputTokens",
    "SENT_VALUE_ADDED train_and_generation_event nvidia-internal",
    "SENT_VALUE_ADDED anonymizer_event nvidia-internal",
];

#[test]
fn the_products_follow_their_releases_with_a_minor_version() {
    let (old, new) = (Pair::released("1.9"), Pair::released("1.10"));
    finds("move", &old, &new, &MOVE, false);
    finds("stays", &old, &new.version("1.9"), &MOVE, true);
}

#[test]
fn anonymizer_1_9_is_not_sent_as_1_7() {
    let new = Pair::released("1.10").event_version("anonymizer_event", "1.7");
    let [added, sent, also_sent] = MOVE;
    let changes = [
        added,
        "SINCE_INVALID anonymizer_event nvidia-internal",
        "SINCE_INVALID anonymizer_event since",
        sent,
        also_sent,
    ];
    finds("anonymizer", &Pair::released("1.9"), &new, &changes, true);
}

/// A draft of the field had the sentinel -1.
#[test]
fn anonymizer_changes_the_sentinel_of_input_tokens() {
    let mut draft = Pair::released("1.10");
    draft.lock["events"]["anonymizer_event"]["fields"]["inputTokens"]["default"] = (-1).into();
    let changed = ["SENTINEL_CHANGED anonymizer_event default"];
    let new = Pair::released("1.10").version("1.11");
    let new = new.event_version("anonymizer_event", "1.10");
    finds("sentinel", &draft, &new, &changed, true);
}

/// `slurm-nvidia-internal` was sent under 1.4 before the version rose to 1.7.
#[test]
fn safe_synthesizer_1_7_adds_a_deployment_type() {
    const EVENT: &str = "train_and_generation_event";
    let old = Pair::released("1.9").without("slurm-nvidia-internal");
    let changes = ["ENUM_VALUE_ADDED DeploymentTypeEnum \"slurm-nvidia-internal\""];
    let new = Pair::released("1.9");
    finds("under-1.4", &old, &new, &changes, true);
    let new = new.version("1.10").event_version(EVENT, "1.7");
    // The other events use the shared enum, so they need a version, too.
    let others = [
        "inference_event",
        "guardrails_usage_event",
        "anonymizer_event",
    ];
    let new = others
        .into_iter()
        .fold(new, |new, event| new.event_version(event, "1.10"));
    finds("under-1.7", &old, &new, &changes, false);
}

#[test]
fn safe_synthesizer_1_9_sends_a_value_that_the_shared_enum_had() {
    let (old, new) = (Pair::released("1.9"), Pair::released("1.10"));
    let new = new.event_version("train_and_generation_event", "1.4");
    let [old, new] = load(&folder("safe-synthesizer", &old, &new));
    let comparison = compare(old.side(), new.side(), &Options::default());
    let event = Some("train_and_generation_event");
    let need = comparison
        .needs
        .iter()
        .find(|it| it.event.as_deref() == event)
        .unwrap();
    assert_eq!(
        (need.bump, need.lowest().to_string().as_str()),
        (Bump::Minor, "1.5")
    );
    assert!(!need.is_met());
}

#[test]
fn the_documents_of_the_products_are_released_or_have_a_new_version() {
    let schemas = repository().join("schemas");
    let checked = check_released(
        &schemas.join("anonymous_events.json"),
        schemas.join("history"),
    );
    assert_eq!(checked, Ok(()));
    // Both have a lock, so that sentinels and sent values are compared.
    let released = history::released(&schemas.join("history")).unwrap();
    assert!(released.len() >= 2 && released.iter().all(|it| it.lock.is_some()));
}
