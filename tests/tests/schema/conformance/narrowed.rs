//! Each class of generated values is refused by a document that does not have it.

use std::fs;

use serde_json::{Value, json};
use telemetry_runtime::{
    Allowlisted, TelemetryEnum, TelemetryEvent, TelemetryFields,
    field::CountBy,
    telemetry_buckets, telemetry_labels, telemetry_registry,
    testing::{Conformance, conformance},
};
use telemetry_tests::scratch::Scratch;
use telemetry_tool::check_conforms;

telemetry_labels! { Tools = ["cargo", "git"] }
telemetry_buckets! { Millis = [10, 100] }

/// Stage of a pipeline.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq)]
#[event(name = "StageEnum")]
enum Stage {
    Read,
    /// Since a later version.
    #[event(since = "1.5")]
    Check,
    #[event(retired)]
    Old,
    #[event(fallback)]
    Unknown,
}

/// One step.
#[derive(TelemetryFields, Clone, Debug)]
struct Step {
    /// The executed stage.
    #[event(required)]
    stage: Stage,
    /// Wall-clock time.
    #[event(unit = "ms", range(min = -1, max = 1000))]
    duration_ms: i64,
}

/// One field of every kind.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(name = "every_kind", schema = "1.4")]
struct EveryKind {
    /// Constant.
    #[expect(dead_code, reason = "the encoder writes the constant")]
    #[event(constant = "kit")]
    constant: String,
    /// A switch.
    switch: bool,
    /// A count.
    count: i64,
    /// A number with bounds.
    #[event(range(min = 0, max = 100), required)]
    percent: f64,
    /// A number.
    seconds: f64,
    /// A stage.
    stage: Stage,
    /// A tool.
    tool: Allowlisted<Tools>,
    /// A duration.
    #[event(required)]
    millis: Millis,
    /// Text.
    #[event(free_text = "made up by the test")]
    text: String,
    /// Short text.
    #[event(free_text = "made up by the test", max_len = 9)]
    short: String,
    /// Names.
    #[event(free_text = "made up by the test")]
    names: Vec<String>,
    /// Steps.
    #[event(max_items = 3)]
    steps: Vec<Step>,
    /// Stages by their frequency.
    by_stage: CountBy<Stage>,
}

telemetry_registry! {
    /// A registry of one event.
    static REGISTRY = {
        client_name = "Test",
        client_id = "000000000000000",
        version = "1.5",
        description = "An event of a test.",
        events = [EveryKind],
    }
}

fn cases() -> Conformance {
    conformance::<EveryKind>()
}

fn document() -> Value {
    serde_json::from_str(&REGISTRY.json_schema()).unwrap()
}

/// The names of the payloads that the document refuses.
fn refused(document: &Value) -> Vec<String> {
    let schema = json!({
        "$schema": document["$schema"],
        "definitions": document["definitions"],
        "$ref": "#/definitions/events/every_kind",
    });
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let cases = cases();
    let is_refused = |json: &str| !validator.is_valid(&serde_json::from_str(json).unwrap());
    let refused = cases.cases().iter().filter(|it| is_refused(&it.parameters));
    refused.map(|it| it.name.clone()).collect()
}

/// The name of the first payload.
const ALL: &str = "the first value of each field";

/// A field, a narrower schema for it, and the payloads that it refuses.
type Narrowed = (&'static str, Value, Vec<String>);

fn narrowed(field: &'static str, schema: Value, refused: &[&str]) -> Narrowed {
    let refused = refused.iter().map(|value| format!("{field}: {value}"));
    (field, schema, refused.collect())
}

fn numbers() -> Vec<Narrowed> {
    vec![
        narrowed("switch", json!({"enum": [false]}), &["true"]),
        narrowed(
            "count",
            json!({"maximum": i64::MAX - 1}),
            &["9223372036854775807"],
        ),
        narrowed(
            "count",
            json!({"minimum": i64::MIN + 1}),
            &["-9223372036854775808"],
        ),
        narrowed("percent", json!({"maximum": 99.9}), &["100.0"]),
        narrowed("percent", json!({"maximum": 1}), &["100.0"]),
        narrowed(
            "seconds",
            json!({"exclusiveMaximum": f64::MAX}),
            &["1.7976931348623157e308"],
        ),
        narrowed(
            "seconds",
            json!({"exclusiveMinimum": f64::MIN}),
            &["-1.7976931348623157e308"],
        ),
        narrowed("seconds", json!({"not": {"const": 5e-324}}), &["5e-324"]),
    ]
}

fn texts() -> Vec<Narrowed> {
    // Values of a list with text have a name of their own.
    let planes = |more: &[&str], prefix: &str| -> Vec<String> {
        let planes = (1..=16).map(|plane| format!("{prefix}plane {plane} of Unicode"));
        let more = more.iter().map(|it| (*it).to_owned());
        planes.chain(more).collect()
    };
    let names = planes(
        &["a list with text of 1000 characters", "a list of 100 items"],
        "a list with ",
    );
    let texts = planes(&["text of 1000 characters"], "");
    fn borrowed(names: &[String]) -> Vec<&str> {
        names.iter().map(String::as_str).collect()
    }
    let plane_0 = "^[\\x00-\\uFFFF]*$";
    let not = |pattern: &str| json!({"not": {"pattern": pattern}});
    vec![
        narrowed("stage", json!({"enum": ["unknown"]}), &["\"read\""]),
        narrowed("tool", not("git"), &["\"git\""]),
        narrowed("millis", not("101"), &["\"101+\""]),
        narrowed("text", json!({"minLength": 1}), &["empty text"]),
        narrowed(
            "text",
            json!({"maxLength": 999}),
            &["text of 1000 characters"],
        ),
        narrowed("text", json!({"pattern": plane_0}), &borrowed(&texts)),
        narrowed("text", not("\u{1}"), &["control characters"]),
        narrowed("text", not("\""), &["quotes and backslashes"]),
        narrowed("text", not("\u{202e}"), &["invisible characters"]),
        narrowed("short", not("\u{10ffff}{9}"), &["text of 9 characters"]),
        narrowed(
            "names",
            json!({"items": {"pattern": plane_0}}),
            &borrowed(&names),
        ),
    ]
}

fn lists() -> Vec<Narrowed> {
    let item = |name: &str, schema: Value| json!({"items": {"properties": {name: schema}}});
    vec![
        narrowed("names", json!({"maxItems": 99}), &["a list of 100 items"]),
        narrowed("steps", json!({"maxItems": 2}), &["a list of 3 items"]),
        narrowed(
            "steps",
            item("durationMs", json!({"maximum": 999})),
            &["a list with durationMs: 1000"],
        ),
        narrowed(
            "steps",
            item("stage", json!({"enum": ["read"]})),
            &["a list with stage: \"unknown\"", "a list of 3 items"],
        ),
        narrowed(
            "byStage",
            item("count", json!({"maximum": i64::MAX - 1})),
            &["a list with count: 9223372036854775807"],
        ),
        narrowed(
            "byStage",
            item("value", json!({"enum": ["read"]})),
            &["a list with value: \"unknown\"", "a list of 4 items"],
        ),
    ]
}

#[test]
fn each_class_of_values_is_refused_by_a_narrower_document() {
    assert_eq!(refused(&document()), Vec::<String>::new());
    for (field, schema, expected) in [numbers(), texts(), lists()].concat() {
        let mut document = document();
        document["definitions"]["events"]["every_kind"]["properties"][field] = schema.clone();
        assert_eq!(refused(&document), expected, "{field} {schema}");
    }
    // The empty list and the sentinels are in the first payload.
    for (field, schema) in [
        ("names", json!({"minItems": 1})),
        ("count", json!({"not": {"const": -1}})),
        ("text", json!({"not": {"const": "undefined"}})),
        ("constant", json!({"const": "other"})),
    ] {
        let mut document = document();
        document["definitions"]["events"]["every_kind"]["properties"][field] = schema;
        assert!(refused(&document).contains(&ALL.to_owned()), "{field}");
    }
}

/// The payloads are those of this schema version: no retired value and no value of a later version.
#[test]
fn only_values_that_the_event_can_write_are_generated() {
    let cases = cases();
    let stages = cases
        .cases()
        .iter()
        .filter(|it| it.name.starts_with("stage: "));
    let stages: Vec<&str> = stages.map(|it| it.name.as_str()).collect();
    assert_eq!(stages, ["stage: \"read\"", "stage: \"unknown\""]);
    let text = cases.to_ndjson();
    assert!(!text.contains("\"old\"") && !text.contains("\"check\""));
    assert!(
        cases
            .cases()
            .iter()
            .all(|it| it.parameters.starts_with("{\"constant\":\"kit\","))
    );
    assert_eq!(cases.cases()[0].name, ALL);
}

/// The report of the tool names the payload.
#[test]
fn the_report_names_the_refused_payload() {
    let folder = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "conformance-narrowed");
    let file = folder.join("events.json");
    fs::write(&file, REGISTRY.json_schema()).unwrap();
    let events = cases().to_ndjson();
    assert_eq!(check_conforms(&file, &events), Ok(()));

    // The lock has the facts that the schema does not have.
    fs::write(folder.join("events.lock.json"), REGISTRY.lock()).unwrap();
    assert_eq!(check_conforms(&file, &events), Ok(()));
    let lock = REGISTRY.lock().replacen("\"max\": 100", "\"max\": 99", 1);
    fs::write(folder.join("events.lock.json"), lock).unwrap();
    let report = check_conforms(&file, &events).unwrap_err();
    assert!(
        report.contains("OUT_OF_LOCKED_RANGE  every_kind 1.4, percent, once"),
        "{report}"
    );
    assert!(report.contains("\n  case   percent: 100.0\n"), "{report}");
    fs::remove_file(folder.join("events.lock.json")).unwrap();

    let mut document = document();
    let values = document
        .pointer_mut("/definitions/types/StageEnum/enum")
        .unwrap();
    values
        .as_array_mut()
        .unwrap()
        .retain(|value| value != "read");
    fs::write(&file, document.to_string()).unwrap();
    let report = check_conforms(&file, &events).unwrap_err();
    assert!(
        report.contains("NOT_IN_ENUM  every_kind 1.4, stage, once"),
        "{report}"
    );
    assert!(report.contains("\n  case   stage: \"read\"\n"), "{report}");
    assert!(
        report.contains("NOT_IN_ENUM  every_kind 1.4, byStage/value"),
        "{report}"
    );
}
