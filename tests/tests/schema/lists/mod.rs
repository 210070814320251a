//! Lists of small structs and counts by value: the sent JSON, its schema, and every document about it.

mod documents;

use std::borrow::Cow;

use jsonschema::Validator;
use serde_json::{Value, json};
use telemetry_runtime::{
    Allowlisted, TelemetryEnum, TelemetryEvent, TelemetryFields,
    descriptor::{FieldType, Sentinel},
    field::CountBy,
    telemetry_buckets, telemetry_labels, telemetry_registry,
    testing::Capture,
};

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
    Write,
}

/// One step.
#[derive(TelemetryFields, Clone, Debug)]
struct Step<'a> {
    /// The executed stage.
    #[event(required)]
    stage: Stage,
    /// Wall-clock time.
    #[event(unit = "ms", range(min = -1, max = 1000))]
    duration_ms: i64,
    /// Name of the plugin.
    #[event(free_text = "one of the names in the program", max_len = 9)]
    plugin: Cow<'a, str>,
    /// Data of the host.
    #[event(flatten, prefix = "host")]
    host: Host,
}

/// A host.
#[derive(TelemetryFields, Clone, Debug)]
struct Host {
    /// Whether it is this machine.
    is_local: bool,
}

/// One run of a pipeline.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(name = "pipeline_run", schema = "1.4")]
struct PipelineRun<'a> {
    /// The first steps.
    #[event(max_items = 2)]
    steps: Vec<Step<'a>>,
    /// The used tools.
    #[event(max_items = 3)]
    tools: Vec<Allowlisted<Tools>>,
    /// Number of steps by stage.
    by_stage: CountBy<Stage>,
    /// Number of calls by duration.
    by_millis: CountBy<Millis>,
    /// Exit code.
    exit_code: i64,
}

telemetry_registry! {
    /// Events of this test.
    static REGISTRY = {
        client_name = "Test_Client",
        client_id = "000000000000000",
        version = "1.5",
        description = "Events of a test.",
        events = [PipelineRun<'_>],
    }
}

fn step(stage: Stage, duration_ms: i64, plugin: &str) -> Step<'_> {
    Step::builder()
        .stage(stage)
        .duration_ms(duration_ms)
        .plugin(plugin)
        .build()
}

fn longest() -> PipelineRun<'static> {
    PipelineRun::builder()
        .steps(vec![
            step(Stage::Read, 12, "a \"quoted\" name"),
            step(Stage::Check, 1001, "b"),
            step(Stage::Write, 3, "c"),
        ])
        .tools(vec![Tools::get("git"), Tools::get("cargo")])
        .by_stage(
            [Stage::Write, Stage::Old, Stage::Write, Stage::Check]
                .into_iter()
                .chain([Stage::Unknown])
                .collect(),
        )
        .by_millis([Millis::of(101), Millis::of(0)].into_iter().collect())
        .exit_code(3)
        .build()
}

fn parameters(event: &PipelineRun<'_>) -> Value {
    let written = event.parameters().to_json();
    let value: Value = serde_json::from_str(&written).unwrap();
    // The serde adapter passes the same values in the same order.
    assert_eq!(serde_json::to_string(&event.parameters()).unwrap(), written);
    value
}

fn validator() -> Validator {
    let document: Value = serde_json::from_str(&REGISTRY.json_schema()).unwrap();
    jsonschema::draft7::new(&document).unwrap()
}

#[test]
fn an_item_is_written_as_an_object_and_a_long_list_is_cut() {
    assert_eq!(
        longest().parameters().to_json(),
        concat!(
            r#"{"steps":["#,
            r#"{"stage":"read","durationMs":12,"plugin":"a \"quoted","hostIsLocal":false},"#,
            r#"{"stage":"unknown","durationMs":-1,"plugin":"b","hostIsLocal":false}],"#,
            r#""tools":["git","cargo"],"#,
            r#""byStage":[{"value":"unknown","count":3},{"value":"write","count":2}],"#,
            r#""byMillis":[{"value":"0-10","count":1},{"value":"101+","count":1}],"#,
            r#""exitCode":3}"#
        )
    );
    assert_eq!(
        PipelineRun::default().parameters().to_json(),
        r#"{"steps":[],"tools":[],"byStage":[],"byMillis":[],"exitCode":-1}"#
    );
}

#[test]
fn every_removed_and_replaced_value_is_counted() {
    let coerced = |event: &PipelineRun<'_>| {
        let capture = Capture::new();
        let client = capture.client();
        client.record(event);
        assert_eq!(capture.events::<PipelineRun<'_>>().len(), 1);
        client.health().coerced()
    };
    assert_eq!(coerced(&PipelineRun::default()), 0);
    let two = |steps| PipelineRun::builder().steps(steps).build();
    assert_eq!(coerced(&two(vec![step(Stage::Read, 1, "x"); 2])), 0);
    // The third item is removed. Its own values are not written, so they are not counted.
    let mut three = vec![step(Stage::Read, 1, "x"); 2];
    three.push(step(Stage::Check, 1001, "much too long"));
    assert_eq!(coerced(&two(three)), 1);
    // One for each value within an item: stage, duration, plugin.
    let item = step(Stage::Check, 1001, "much too long");
    assert_eq!(coerced(&two(vec![item])), 3);
    let counts = |stages: &[Stage]| {
        let by_stage = stages.iter().copied().collect();
        coerced(&PipelineRun::builder().by_stage(by_stage).build())
    };
    assert_eq!(counts(&[Stage::Read, Stage::Unknown]), 0);
    assert_eq!(counts(&[Stage::Check, Stage::Old, Stage::Check]), 1);
    let tools = vec![Tools::get("git"); 4];
    assert_eq!(coerced(&PipelineRun::builder().tools(tools).build()), 1);
}

#[test]
fn every_sent_list_is_valid_and_wrong_ones_are_not() {
    let validator = validator();
    let good = parameters(&longest());
    for event in [&longest(), &PipelineRun::default()] {
        let parameters = parameters(event);
        assert!(validator.is_valid(&parameters), "{parameters}");
    }
    let item = good["steps"][0].clone();
    let wrong: [(&str, Value); 9] = [
        ("/steps", json!([item, item, item])),
        ("/steps", json!(null)),
        ("/steps/0", json!("text")),
        ("/steps/0/stage", json!("other")),
        ("/steps/0/durationMs", json!("12")),
        ("/steps/0/hostIsLocal", json!(null)),
        ("/tools", json!(["git", "git", "git", "git"])),
        ("/byStage/0/value", json!("check")),
        ("/byStage/0/count", json!(1.5)),
    ];
    for (pointer, value) in wrong {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        let is_of_later_version = pointer == "/byStage/0/value";
        assert_eq!(validator.is_valid(&bad), is_of_later_version, "{pointer}");
    }
    for key in ["stage", "durationMs", "plugin", "hostIsLocal"] {
        let mut less = good.clone();
        less["steps"][1].as_object_mut().unwrap().shift_remove(key);
        assert!(!validator.is_valid(&less), "{key}");
    }
    let mut more = good;
    more["byMillis"][0]["extra"] = json!(1);
    assert!(!validator.is_valid(&more));
}

#[test]
fn the_document_has_closed_objects_with_a_maximum() {
    let document: Value = serde_json::from_str(&REGISTRY.json_schema()).unwrap();
    let types: Vec<_> = document["definitions"]["types"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(types, ["StageEnum", "RestrictedTelemetryInteger"]);
    let properties = &document["definitions"]["events"]["pipeline_run"]["properties"];
    assert_eq!(
        properties["byStage"],
        json!({
            "type": "array",
            "items": {
                "type": "object",
                "description": "",
                "properties": {
                    "value": {
                        "description": "A value that occurred.",
                        "$ref": "#/definitions/types/StageEnum"
                    },
                    "count": {
                        "description": "How often the value occurred.",
                        "$ref": "#/definitions/types/RestrictedTelemetryInteger"
                    }
                },
                "additionalProperties": false,
                "required": ["value", "count"]
            },
            "maxItems": 5,
            "description": "Number of steps by stage."
        })
    );
    let steps = &properties["steps"];
    assert_eq!(steps["maxItems"], json!(2));
    assert_eq!(steps["items"]["additionalProperties"], json!(false));
    assert_eq!(
        steps["items"]["required"],
        json!(["stage", "durationMs", "plugin", "hostIsLocal"])
    );
    let tools = json!({
        "type": "array",
        "items": {"type": "string", "description": ""},
        "maxItems": 3,
        "description": "The used tools."
    });
    assert_eq!(properties["tools"], tools);
}

#[test]
fn the_descriptor_of_a_list_has_the_fields_of_its_items() {
    let steps = &PipelineRun::DESCRIPTOR.fields[0];
    assert_eq!(steps.max_items, Some(2));
    assert_eq!(steps.sentinel(), Some(Sentinel::List(Vec::new())));
    let FieldType::List(FieldType::Object(fields)) = steps.ty else {
        panic!("{steps:?}");
    };
    let names: Vec<_> = fields.iter().map(|field| field.wire_name).collect();
    assert_eq!(names, ["stage", "durationMs", "plugin", "hostIsLocal"]);
    assert_eq!(fields[2].max_len, Some(9));
}

#[test]
fn counts_saturate_and_follow_the_declaration() {
    let mut counts = CountBy::<Stage>::new();
    assert!(counts.is_empty() && counts.total() == 0);
    counts.add(Stage::Read, 0);
    assert!(counts.is_empty());
    assert_eq!(counts, CountBy::default());
    counts.add(Stage::Write, u64::MAX);
    counts.count(Stage::Write);
    counts.count(Stage::Read);
    let greatest = i64::MAX.unsigned_abs();
    assert_eq!(counts.get(&Stage::Write), greatest);
    assert_eq!(counts.get(&Stage::Old), 0);
    assert_eq!(counts.total(), greatest);
    let listed: Vec<_> = counts.iter().collect();
    assert_eq!(listed, [("read", 1), ("write", greatest)]);
    assert_eq!(
        format!("{:?}", counts.clone()),
        format!(r#"{{"read": 1, "write": {greatest}}}"#)
    );
    // Counts of replaced values saturate too.
    counts.add(Stage::Old, u64::MAX);
    counts.count(Stage::Unknown);
    let event = PipelineRun::builder().by_stage(counts).build();
    assert_eq!(
        parameters(&event)["byStage"],
        json!([
            {"value": "read", "count": 1},
            {"value": "unknown", "count": i64::MAX},
            {"value": "write", "count": i64::MAX},
        ])
    );
}

#[test]
fn a_list_of_any_length_fills_the_buffer_of_an_event_exactly() {
    /// An item with text.
    #[derive(TelemetryFields, Clone)]
    struct Item {
        /// A text.
        #[event(free_text = "made up by the test")]
        text: String,
        /// A number.
        number: i64,
    }
    /// Many items.
    #[derive(TelemetryEvent)]
    #[event(name = "many", schema = "1.0")]
    struct Many {
        /// Items.
        #[event(max_items = 1000)]
        items: Vec<Item>,
    }
    for count in [0, 1, 2, 7, 40, 1000] {
        let items = (0..count).map(|n| Item {
            text: "\"é".repeat(n % 9),
            number: i64::try_from(n).unwrap() - 3,
        });
        let event = Many::builder().items(items.collect()).build();
        let json = event.parameters().to_json();
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["items"].as_array().unwrap().len(), count);
        assert_eq!(serde_json::to_string(&event.parameters()).unwrap(), json);
        let mut buffer = vec![b'x'; json.len() + 64];
        for size in (0..json.len()).step_by(1 + json.len() / 50) {
            assert_eq!(
                event.parameters().write(&mut buffer[..size]),
                None,
                "{size}"
            );
        }
        assert_eq!(
            event.parameters().write(&mut buffer[..json.len()]),
            Some(json.len())
        );
        assert_eq!(&buffer[..json.len()], json.as_bytes());
    }
}
