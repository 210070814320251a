//! Changes that really happened to telemetry of published products in 2026, each found by its rule.
//!
//! The fixtures hold only the fields that a change is about. Four of them show a weakness with example values;
//! the README marks them. Tests in the folder `history` find the changes of Anonymizer and Safe Synthesizer in the
//! documents of the products, too. Three more of these changes are not visible in documents or locks: a consent
//! text without three fields (it is generated now), a field that is never set (`live-check` reports it), and a test
//! with three payloads (the test kit generates them).

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod support;

use telemetry_tool::{
    diff::{Options, compare},
    document,
    rules::Bump,
};

use crate::support::{fixture, folder};

/// Compares a pair. The rules and the values must be those of the rows, and the result is a finding or not.
#[track_caller]
fn finds(name: &str, expected: &[(&str, &str, &str)], finding: bool) {
    let (old, new) = fixture("drifts", name);
    let comparison = compare(old.side(), new.side(), &Options::default());
    let text = |value: &Option<serde_json::Value>| match value {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let found: Vec<(&str, String, String)> = comparison
        .changes
        .iter()
        .filter(|change| change.bump > Bump::None && change.rule.id != "SHARED_TYPE_CHANGED")
        .map(|change| {
            let after = if change.rule.id == "FIELD_ADDED" {
                change.pointer.clone()
            } else {
                text(&change.after)
            };
            let before = if change.rule.id == "FIELD_REMOVED" {
                change.pointer.clone()
            } else {
                text(&change.before)
            };
            (change.rule.id, before, after)
        })
        .collect();
    let expected: Vec<(&str, String, String)> = expected
        .iter()
        .map(|(rule, before, after)| (*rule, (*before).to_owned(), (*after).to_owned()))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(comparison.is_finding(), finding);
}

#[test]
fn guardrails_renames_the_labels_of_its_tool_rails() {
    let rows = [
        ("LABEL_RENAMED", "tool_output", "tool_call"),
        ("LABEL_RENAMED", "tool_input", "tool_result"),
    ];
    finds("guardrails_rails", &rows, true);
}

#[test]
fn guardrails_reports_privateai_as_sensitive_data_detection() {
    finds(
        "guardrails_alias",
        &[("LABEL_REMOVED", "privateai", "")],
        true,
    );
}

#[test]
fn guardrails_adds_features_for_its_new_flows() {
    let rows =
        ["context_bloat_detection", "f5", "polygraf"].map(|label| ("LABEL_ADDED", "", label));
    finds("guardrails_flows", &rows, true);
}

#[test]
fn anonymizer_1_9_adds_a_field_and_a_value_with_a_minor_version() {
    let pointer = "/definitions/events/anonymizer_event/properties/inputTokens";
    let rows = [
        ("ENUM_VALUE_ADDED", "", "nvidia-internal"),
        ("FIELD_ADDED", "", pointer),
    ];
    finds("anonymizer_1_9", &rows, false);
}

#[test]
fn anonymizer_changes_the_sentinel_of_input_tokens() {
    finds(
        "anonymizer_sentinel",
        &[("SENTINEL_CHANGED", "-1", "0")],
        true,
    );
}

/// The product derives the label from the name of a Python class. A renamed class renames the label.
#[test]
fn anonymizer_derives_a_label_from_the_name_of_a_class() {
    finds(
        "anonymizer_label",
        &[("LABEL_RENAMED", "redact", "redaction")],
        true,
    );
}

#[test]
fn safe_synthesizer_sends_slurm_that_the_shared_enum_does_not_have() {
    finds(
        "safe_synthesizer_slurm",
        &[("UNKNOWN_VALUE_SENT", "", "slurm")],
        true,
    );
}

#[test]
fn safe_synthesizer_moves_the_edges_of_its_buckets() {
    let rows = [(
        "BUCKET_EDGES_CHANGED",
        "[1,101,1001,10001,100001]",
        "[1,201,1001,10001,100001]",
    )];
    finds("safe_synthesizer_buckets", &rows, true);
}

#[test]
fn safe_synthesizer_1_7_adds_a_deployment_type_with_a_minor_version() {
    finds(
        "safe_synthesizer_1_7",
        &[("ENUM_VALUE_ADDED", "", "slurm-nvidia-internal")],
        false,
    );
}

#[test]
fn data_designer_sends_nvidia_internal_under_an_older_version() {
    let rows = [
        ("ENUM_VALUE_ADDED", "", "nvidia-internal"),
        ("SINCE_INVALID", "", "1.9"),
    ];
    finds("data_designer_since", &rows, true);
}

#[test]
fn openshell_adds_deepinfra_under_an_unchanged_version() {
    finds(
        "openshell_profile",
        &[("ENUM_VALUE_ADDED", "", "deepinfra")],
        true,
    );
}

#[test]
fn openshell_adds_stop_and_start_under_an_unchanged_version() {
    let rows = [
        ("ENUM_VALUE_ADDED", "", "stop"),
        ("ENUM_VALUE_ADDED", "", "start"),
    ];
    finds("openshell_operations", &rows, true);
}

/// The sources give the number of the fields. Their names in the fixture are examples.
#[test]
fn switchyard_removes_three_fields_under_an_unchanged_version() {
    let pointers = ["first", "second", "third"]
        .map(|name| format!("/definitions/events/switchyard_outcome/properties/{name}"));
    let rows: Vec<_> = pointers
        .iter()
        .map(|pointer| ("FIELD_REMOVED", pointer.as_str(), ""))
        .collect();
    finds("switchyard_fields", &rows, true);
}

#[test]
fn switchyard_has_nulls_and_open_json_that_no_document_can_have() {
    let path = folder().join("drifts/switchyard_fields.old.json");
    let text = std::fs::read_to_string(path).unwrap();
    let property = "\"type\": \"number\"";
    for (written, message) in [
        (
            "\"type\": [\"number\", \"null\"]",
            "`type` is a list of types",
        ),
        ("\"$comment\": \"any JSON\"", "the type is missing"),
    ] {
        let changed = text.replacen(property, written, 1);
        let error = document::read("switchyard.json", changed.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains(message), "{error}");
    }
}

/// A checker that compares only names finds nothing here.
#[test]
fn tensorrt_llm_changes_types_and_values_below_equal_names() {
    let (old, new) = fixture("drifts", "tensorrt_llm_names");
    let names = |document: &document::Document| -> Vec<String> {
        let fields = document.events[0].payload.fields.iter();
        fields.map(|field| field.name.clone()).collect()
    };
    assert_eq!(names(&old.document), names(&new.document));
    let rows = [
        ("RANGE_WIDENED", "128", "256"),
        ("INT_TO_NUMBER", "integer", "number"),
        ("RANGE_WIDENED", "0", ""),
        ("RANGE_WIDENED", "4294967295", ""),
        ("REQUIRED_DROPPED", "true", "false"),
        ("ENUM_VALUE_REMOVED", "other", ""),
    ];
    finds("tensorrt_llm_names", &rows, true);
}
