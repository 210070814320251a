//! Checks the form of every message.

use proc_macro2::Span;
use quote::quote;

use super::*;
use crate::registry::Refresh;

/// Every constructor with its message for a typical mistake.
fn messages() -> Vec<(&'static str, String)> {
    let t = quote!(token);
    let values = ["success".to_owned(), "failure".to_owned()];
    let lines = [
        "#[event(required)]".to_owned(),
        "pub task: Task,".to_owned(),
    ];
    let known = ["guardrails_usage_event"];
    let refresh = Refresh::default();
    macro_rules! all {
        ($($name:ident($($argument:expr),*);)*) => {
            vec![$((stringify!($name), $name($($argument),*).to_string())),*]
        };
    }
    all! {
        missing_attribute(&t, "name = \"...\", schema = \"...\"");
        missing_key(&t, "rename", "every event needs the exact registry name");
        expected_list(&t, "name = \"...\", schema = \"...\"");
        expected_parentheses(&t);
        expected_key(&t);
        unknown_key(&t, "guardrails_usage_event", "did you mean `name`?");
        misplaced_key(&t, "guardrails_usage_event", "the struct");
        duplicate_key(&t, "guardrails_usage_event");
        missing_comma(&t);
        missing_equals(&t);
        missing_value(&t, "guardrails_usage_event", "name = \"...\"");
        wrong_form(&t, "name = \"...\"", "an integer");
        wrong_value(&t, "rename", "a string", "an integer");
        not_a_literal(&t, "rename", "an integer");
        doc_not_a_literal(&t);
        unknown_word(&t, "rename", "micros", "did you mean `name`?");
        empty_text(&t, "enum name");
        relative_crate(&t);
        serde_key(&t, "skip_serializing_if", "every field is sent");
        conditional(&t, true);
        bad_event_name(&t, "guardrails_usage_event", "guardrails_usage");
        long_name(&t, "enum name", 65);
        bad_schema(&t, "v1.7", "guardrails_usage");
        duplicate_never(&t);
        bad_review(&t, "ticket 17");
        bad_expiry(&t, "2027-02-29");
        bad_limit(&t, "100 per minute", "100/min");
        limit_out_of_range(&t, "0/min");
        not_a_struct(&t, "TelemetryFields");
        no_named_fields(&t, "TelemetryFields");
        type_parameter(&t, "part");
        no_wire_name(&t, "guardrails_usage_event");
        bad_wire_name(&t, "guardrails_usage_event");
        reserved_wire_name(&t, "guardrails_usage_event");
        duplicate_wire_name(&t, "guardrails_usage_event", "required");
        builder_clash(&t, "guardrails_usage_event", true);
        exclusive_keys(&t, "rename", "required");
        null_default(&t);
        zero_length(&t);
        long_sentinel(&t);
        long_default(&t);
        no_items(&t);
        many_items(&t, 2_000, 1_000);
        key_on_a_list(&t, "max_len");
        long_default_list(&t);
        empty_range(&t);
        unbounded_range(&t);
        inexact_bound(&t);
        sentinel_out_of_range(&t);
        default_out_of_range(&t);
        constant_with(&t, "guardrails_usage_event");
        unit_disagrees(&t, "ms", "jobDurationSec");
        newer_field(&t, "input_tokens", "1.10", "1.9");
        retired_later(&t, "input_tokens", "1.10", "1.9");
        retired_too_early(&t, "input_tokens", "1.8", "1.9");
        exclusive_keys(&t, "retired", "required");
        not_an_enum(&t);
        enum_parameter(&t);
        empty_enum(&t, "guardrails_usage_event");
        variant_data(&t, "TimedOut");
        bad_enum_name(&t, "guardrails_usage_event");
        missing_rename_all(&t, "TimedOut");
        duplicate_wire_value(&t, "timed_out", "required");
        bad_wire_value(&t, "timed_out");
        second_fallback(&t, "required");
        versioned_fallback(&t, "guardrails_usage_event");
        missing_fallback(&t, "guardrails_usage_event");
        absolute_registry(&t);
        relative_root(&t);
        no_base(&t);
        registry_not_found(&t, "schemas/events.json", &refresh);
        registry_not_read(&t, "schemas/events.json", "permission denied", &refresh);
        registry_too_large(&t, "schemas/events.json", &refresh);
        registry_not_json(&t, "schemas/events.json", "expected `,` at 4:3", &refresh);
        registry_malformed(&t, "schemas/events.json", "expected an object at 1:1", &refresh);
        undocumented(&t, "field", "taskStatus");
        unknown_event(&t, ("guardrails_usage", "Usage"), &known, &refresh);
        missing_why(&t, "retries", "1.10", "1.10");
        newer_than_document(&t, "1.10", "1.9", &refresh);
        extra_field(&t, "taskStatu", Some("taskStatus"), &refresh);
        missing_fields(&t, &["taskStatus", "task"], &lines, &refresh);
        value_not_in_enum(&t, "failed", ("TaskStatusEnum", &values), &refresh);
        value_out_of_bounds(&t, "sentinel", -1.0, (0.0, 9.0), &refresh);
        event_key_on_a_part(&t, "schema");
        empty_part(&t);
        key_on_a_part(&t, "required");
        prefix_without_flatten(&t);
        bad_prefix(&t, "Model");
        long_prefix(&t, 64);
        bug(Span::call_site(), "TelemetryEvent");
    }
}

const SOURCES: &[&str] = &[
    include_str!("attribute.rs"),
    include_str!("enumeration.rs"),
    include_str!("event.rs"),
    include_str!("field.rs"),
    include_str!("list.rs"),
    include_str!("registry.rs"),
    include_str!("mod.rs"),
];

#[test]
fn every_message_is_checked_here() {
    let checked: Vec<_> = messages().into_iter().map(|(name, _)| name).collect();
    let lines = SOURCES.iter().flat_map(|source| source.lines());
    let declared = lines.filter_map(|line| line.strip_prefix("pub(crate) fn "));
    for name in declared.filter_map(|rest| rest.split('(').next()) {
        assert!(checked.contains(&name), "`{name}` is not checked");
    }
}

#[test]
fn the_first_line_describes_the_mistake() {
    for (name, message) in messages() {
        let first = message.lines().next().unwrap_or_default();
        let start = first.chars().next().unwrap_or_default();
        let is_name = start == '`' || first.starts_with("Telemetry");
        assert!(start.is_lowercase() || is_name, "{name}: {first}");
        assert!(!first.ends_with(['.', '!', '?']), "{name}: {first}");
        assert!(first.chars().count() <= 100, "{name}: {first}");
        assert_eq!(first.matches('`').count() % 2, 0, "{name}: {first}");
    }
}

#[test]
fn the_lines_after_it_are_help() {
    let of_registry = include_str!("registry.rs");
    for (name, message) in messages() {
        // Lines to paste follow their help, indented.
        let pasted = |line: &&str| line.starts_with("          ");
        let helps: Vec<_> = message.lines().skip(1).filter(|l| !pasted(l)).collect();
        // A difference from the registry has a second help: the document may have to change.
        let most = 1 + usize::from(of_registry.contains(&format!("fn {name}(")));
        assert!(helps.len() <= most, "{name}: {message}");
        for help in helps {
            assert!(help.starts_with("help: "), "{name}: {help}");
            assert!(!help.ends_with('.'), "{name}: {help}");
        }
    }
}

#[test]
fn a_message_never_calls_a_key_a_field() {
    let of_keys = include_str!("attribute.rs");
    for (name, message) in messages() {
        if of_keys.contains(&format!("fn {name}(")) {
            assert!(!message.contains("field"), "{name}: {message}");
        }
    }
}
