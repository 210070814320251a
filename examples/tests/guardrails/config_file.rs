//! Valid and invalid configuration files.

use std::{fs, path::Path};

use serde_json::{Value, json};
use telemetry_examples::guardrails::config::{ConfigError, RailsConfig, Usage};
use telemetry_runtime::testing::Collector;

use super::{common::Folder, logged, row, run};

/// A loaded configuration with a different value at a JSON pointer.
fn changed(pointer: &str, value: Value) -> String {
    let mut config = row("sections_all_set")["config"].take();
    *config.pointer_mut(pointer).unwrap() = value;
    config.to_string()
}

/// A loaded configuration without the part at a JSON pointer.
fn without(pointer: &str) -> String {
    let mut config = row("sections_all_set")["config"].take();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = config.pointer_mut(parent).unwrap();
    assert!(parent.as_object_mut().unwrap().remove(name).is_some());
    config.to_string()
}

/// The program prints the path and the reason, and sends no event.
#[test]
fn an_invalid_file_is_an_error_and_no_event() {
    let nested = "[".repeat(1_000_000);
    let deep: Value = (0..150).fold(Value::Null, |inner, _| json!([inner]));
    let valid = row("sections_all_set")["config"].to_string();
    let cases = [
        (String::new(), "EOF"),
        ("models: []\n".to_owned(), "expected value at line 1"),
        ("null".to_owned(), "invalid type: null"),
        ("[]".to_owned(), "invalid type: sequence"),
        ("{}".to_owned(), "missing field"),
        (nested.clone(), "invalid type: sequence"),
        (format!("{{\"other\":{nested}"), "EOF"),
        (format!("{{\"models\":{nested}"), "invalid type: sequence"),
        (format!("{valid} {valid}"), "trailing characters"),
        (valid[..valid.len() / 2].to_owned(), "EOF"),
        (format!("\u{feff}{valid}"), "byte order mark"),
        (
            changed("/colang_version", json!(1)),
            "invalid type: integer `1`",
        ),
        (
            changed("/models/0/engine", json!(null)),
            "invalid type: null",
        ),
        // Derived code would take a list of the fields in order.
        (changed("/tracing", json!([true])), "invalid type: sequence"),
        (
            changed("/models/0", json!(["openai"])),
            "invalid type: sequence",
        ),
        (changed("/docs", json!("text")), "invalid type: string"),
        (
            changed("/flows", json!([{"library": true}])),
            "is_system_flow",
        ),
        (
            changed("/rails/input/flows", json!("one")),
            "expected a sequence",
        ),
        (changed("/rails/config", json!([])), "expected a map"),
        (changed("/rails/config/clavata", deep), "recursion limit"),
        (
            changed("/tracing/enabled", json!("yes")),
            "expected a boolean",
        ),
        (without("/models"), "missing field `models`"),
        (without("/docs"), "missing field `docs`"),
        (without("/flows"), "missing field `flows`"),
        (without("/rails/config"), "missing field `config`"),
        (without("/rails/tool_input"), "missing field `tool_input`"),
        (
            without("/rails/output/streaming"),
            "missing field `streaming`",
        ),
        (
            without("/rails/dialog/single_call"),
            "missing field `single_call`",
        ),
        (without("/tracing"), "missing field `tracing`"),
    ];
    let home = Folder::new("guardrails-invalid");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    for (text, why) in &cases {
        let path = home.file("loaded.json", text);
        let args = ["--endpoint", &url, &path];
        run(&home, &[], &args, &["no report: ", &path, why]);
    }
    let bytes = home.path("loaded.json");
    for (content, why) in [
        (&b"\xff\xfe{\0}\0"[..], "byte order mark"),
        (b"\xfe\xff\0{\0}", "byte order mark"),
        (b"{\"colang_version\":\"\xff\"}", "unicode"),
    ] {
        fs::write(&bytes, content).unwrap();
        run(
            &home,
            &[],
            &["--endpoint", &url, &bytes],
            &["no report: ", why],
        );
    }
    assert_eq!(collector.requests(), []);
    assert_eq!(logged(&home), [""; 0]);
}

#[test]
fn an_unreadable_file_is_an_error_and_no_event() {
    let home = Folder::new("guardrails-large");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let large = home.path("large.json");
    fs::File::create(&large)
        .unwrap()
        .set_len(100 << 20)
        .unwrap();
    let folder = home.path("");
    let absent = home.path("absent.json");
    for (path, why) in [
        (&large, "is larger than 8388608 bytes"),
        (&folder, "not a regular file"),
        (&absent, "cannot read"),
    ] {
        let args = ["--endpoint", &url, path];
        run(&home, &[], &args, &["no report: ", path, why]);
    }
    assert_eq!(collector.requests(), []);
    assert_eq!(logged(&home), [""; 0]);
}

/// One more byte is an error.
#[test]
fn a_file_of_the_maximum_size_is_read() {
    let home = Folder::new("guardrails-largest");
    let text = row("sections_all_set")["config"].to_string();
    let padded = |length: usize| format!("{text}{}", " ".repeat(length - text.len()));
    let most = usize::try_from(RailsConfig::MAX_BYTES).unwrap();
    let path = home.file("loaded.json", &padded(most));
    assert_eq!(RailsConfig::read(Path::new(&path)).unwrap().models.len(), 1);
    let path = home.file("loaded.json", &padded(most + 1));
    let error = RailsConfig::read(Path::new(&path)).unwrap_err();
    assert!(matches!(error, ConfigError::TooLarge { .. }), "{error}");
}

/// Other versions of Guardrails have fewer or more sections and parts.
#[test]
fn an_absent_section_has_its_default_and_unknown_parts_are_ignored() {
    let mut config = row("sections_all_set")["config"].take();
    config["rails"]["config"] = json!({"f5": {"fail_open": true}, "of_tomorrow": {"a": 1}});
    config["of_tomorrow"] = json!([{"a": 1}]);
    config["docs"] = Value::Null;
    let config: RailsConfig = serde_json::from_value(config).unwrap();
    let usage = Usage::from_config(&config);
    assert_eq!(usage.builtin_features, ["f5"]);
    assert!(!usage.has_knowledge_base);
}

/// The file of the README's command.
#[test]
fn the_example_reports_its_features() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/guardrails.json");
    let usage = Usage::from_config(&RailsConfig::read(&path).unwrap());
    let features = [
        "jailbreak_detection",
        "self_check",
        "sensitive_data_detection",
    ];
    assert_eq!(usage.builtin_features, features);
    assert_eq!(usage.llm_providers, ["FastEmbed", "openai"]);
    assert_eq!((usage.num_rails_configured, usage.num_custom_flows), (4, 1));
    assert!(usage.has_knowledge_base && usage.streaming_configured);
}
